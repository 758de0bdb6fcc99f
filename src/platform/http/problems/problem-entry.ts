import type { Facts } from '#kernel/verdict.ts'

/** A text in both languages of the portal. */
export type Bilingual = { readonly da: string; readonly en: string }

/** One kind of problem: what the catalogue, the problem page and the OpenAPI document say of it. */
export type ProblemEntry = {
  readonly status: number
  readonly title: Bilingual
  /** What this occurrence means and what the caller can do; may speak of the facts that the rule found. */
  readonly detail: Bilingual | ((facts: Facts) => Bilingual)
  /** Where the rule stands; absent for problems of the protocol. `section: null`: our own reading, see the page. */
  readonly rule?: { readonly source: string; readonly section: string | null }
}

const collaboration = 'Samarbejde og dokumentation'

/** A rule of the collaboration document. */
export const section = (number: string): { source: string; section: string } => ({
  source: collaboration,
  section: number,
})

/** A rule that the sources leave open and the portal decides. */
export const ours: { source: string; section: null } = { source: 'Udbudsportal', section: null }
