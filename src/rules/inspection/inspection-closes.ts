import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { type CoursePhase, pointsOfPhase } from './control-points.ts'

/** Why something was not judged: of one course, at one control point, both or neither (then of all that is missing). */
export type NotJudged = {
  readonly orderId?: string | undefined
  readonly controlPoint?: string | undefined
  readonly reason: string
}

/** What of an inspection has no judgement. */
export type Unjudged = { readonly orderId: string; readonly controlPoint: string }

/** The control points of the drawn courses that have no finding, course by course. */
export const unjudgedPoints = (
  courses: readonly {
    readonly orderId: string
    readonly phase: CoursePhase
    readonly judged: ReadonlySet<string>
  }[],
): Unjudged[] =>
  courses.flatMap(({ orderId, phase, judged }) =>
    pointsOfPhase(phase)
      .filter(({ code }) => !judged.has(code))
      .map(({ code }) => ({ orderId, controlPoint: code })),
  )

/** Ours: the answer lists at most so many; the rest is counted. */
const mostListed = 200

const covers = (given: NotJudged, { orderId, controlPoint }: Unjudged): boolean =>
  (given.orderId ?? orderId) === orderId && (given.controlPoint ?? controlPoint) === controlPoint

const faultsOf = {
  'not-in-sample': { da: 'Forløbet er ikke i stikprøven.', en: 'The course is not in the sample.' },
  duplicate: { da: 'Det samme er begrundet før.', en: 'A reason was given for the same before.' },
  'nothing-unjudged': {
    da: 'Det, der begrundes, er vurderet, eller det kræves ikke.',
    en: 'What the reason is given for was judged, or is not demanded.',
  },
  'no-words': {
    da: 'Begrundelsen siger ikke hvorfor: mindst 10 bogstaver for alt, der ellers mangler, og 3 for et forløb eller et kontrolpunkt.',
    en: 'The reason does not say why: at least 10 letters for everything else that lacks, and 3 for a course or a control point.',
  },
} as const

/** Letters that a reason has at least: for everything that is left, and for what it names. */
const fewestLetters = { forAll: 10, forOne: 3 } as const

const saysWhy = ({ orderId, controlPoint, reason }: NotJudged): boolean => {
  const letters = reason.match(/\p{L}/gu)?.length ?? 0
  const isForAll = orderId === undefined && controlPoint === undefined
  return letters >= (isForAll ? fewestLetters.forAll : fewestLetters.forOne)
}

/**
 * Ours: a reason for what was not judged stands in the inspection for good, so it says something true: it names a course of
 * the sample, each thing once, and something that indeed has no judgement. It has words: a full stop for everything that is
 * left would make a closed inspection of one that nobody made.
 */
export const notJudgedFits = (
  drawn: ReadonlySet<string>,
  unjudged: readonly Unjudged[],
  notJudged: readonly NotJudged[],
): Verdict<'not-judged-invalid'> => {
  const named = new Set<string>()
  const faults = notJudged.flatMap((given, index) => {
    const { orderId = '', controlPoint = '' } = given
    const name = `${orderId} ${controlPoint}`
    const isRepeated = named.has(name)
    named.add(name)
    const fault = (member: string, code: keyof typeof faultsOf) => [
      { pointer: `/notJudged/${index}${member}`, code, detail: faultsOf[code] },
    ]
    if (orderId !== '' && !drawn.has(orderId)) return fault('/orderId', 'not-in-sample')
    if (isRepeated) return fault('', 'duplicate')
    if (!unjudged.some((one) => covers(given, one))) return fault('', 'nothing-unjudged')
    return saysWhy(given) ? [] : fault('/reason', 'no-words')
  })
  return faults.length === 0 ? allowed : refused('not-judged-invalid', { faults })
}

/**
 * Ours: an inspection is closed when each drawn course has each of its control points judged, or the inspection says why
 * not. A reason covers what it names and nothing else.
 */
export const inspectionCloses = (
  unjudged: readonly Unjudged[],
  notJudged: readonly NotJudged[],
): Verdict<'inspection-incomplete'> => {
  const open = unjudged.filter((one) => !notJudged.some((given) => covers(given, one)))
  return open.length === 0
    ? allowed
    : refused('inspection-incomplete', { missingCount: open.length, missing: open.slice(0, mostListed) })
}
