import type { Facts, Verdict } from '#kernel/verdict.ts'
import { isProblemSlug, type ProblemSlug, problemCatalogue } from './catalogue.ts'

/** One fault of the input: a JSON pointer into the body, or the name of a parameter or header. */
export type InputFault = {
  readonly pointer: string
  readonly code: string
  readonly detail: { readonly da: string; readonly en: string }
}

export type Language = 'da' | 'en'

/** Thrown anywhere below a route; becomes the problem document of its slug. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly slug: ProblemSlug
  readonly facts: Facts
  readonly faults: readonly InputFault[]
  readonly headers: Readonly<Record<string, string>>
  /** The order that a refused write was about, where its path does not say it; for the refusal record, not shown. */
  readonly aboutOrder: string | undefined

  constructor(
    slug: ProblemSlug,
    given: {
      facts?: Facts
      faults?: readonly InputFault[]
      headers?: Readonly<Record<string, string>>
      aboutOrder?: string
    } = {},
  ) {
    super(slug)
    this.slug = slug
    this.facts = given.facts ?? {}
    this.faults = given.faults ?? []
    this.headers = given.headers ?? {}
    this.aboutOrder = given.aboutOrder
  }
}

/** The problem of a refusing verdict. Throws when a rule uses a slug that the catalogue does not know (a test forbids it). */
export const problemOf = (verdict: Exclude<Verdict, { allowed: true }>, aboutOrder?: string): HttpProblem => {
  if (!isProblemSlug(verdict.slug)) throw new Error(`no problem is called ${verdict.slug}`)
  const { faults, ...facts } = verdict.facts
  return new HttpProblem(verdict.slug, {
    facts,
    faults: (faults as InputFault[] | undefined) ?? [],
    ...(aboutOrder === undefined ? {} : { aboutOrder }),
  })
}

/** Throws the verdict's problem unless it allows. `aboutOrder`: whose refusal it is, where the path does not say it. */
export const demand = (verdict: Verdict, aboutOrder?: string): void => {
  if (!verdict.allowed) throw problemOf(verdict, aboutOrder)
}

/** A fault of one member or parameter, as `invalid-request`. */
export const invalid = (pointer: string, code: string, detail: { da: string; en: string }): HttpProblem =>
  new HttpProblem('invalid-request', { faults: [{ pointer, code, detail }] })

/** Something that a body names and that is not there, or not the caller's. */
export const missing = (pointer: string): HttpProblem =>
  new HttpProblem('not-found', {
    faults: [{ pointer, code: 'not-found', detail: { da: 'Findes ikke.', en: 'Does not exist.' } }],
  })

export type ProblemDocument = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: string
  readonly [member: string]: unknown
}

/** The problem document (RFC 9457) that a caller sees. */
export const renderProblem = (
  problem: HttpProblem,
  context: { language: Language; publicUrl: string; requestId: string },
): ProblemDocument => {
  const entry = problemCatalogue[problem.slug]
  const detail = typeof entry.detail === 'function' ? entry.detail(problem.facts) : entry.detail
  const { language } = context
  return {
    ...problem.facts,
    type: `${context.publicUrl}/problems/${problem.slug}`,
    title: entry.title[language],
    status: entry.status,
    detail: detail[language],
    instance: context.requestId,
    code: problem.slug,
    ...(entry.rule ? { rule: entry.rule } : {}),
    ...(problem.faults.length > 0
      ? { errors: problem.faults.map((fault) => ({ ...fault, detail: fault.detail[language] })) }
      : {}),
  }
}
