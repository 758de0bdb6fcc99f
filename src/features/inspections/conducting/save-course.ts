import { findOrder } from '#features/orders/lookups.ts'
import type { Caller, Person } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { Actor } from '#platform/audit/change-log.ts'
import type { Keyring } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { plainText } from '#platform/plain-text.ts'
import { type ControlPointCode, isJudgedByData, type Outcome } from '#rules/inspection/control-points.ts'
import type { Proposal } from '#rules/inspection/propose-findings.ts'
import { type FindingContent, fateOfTyped, nothingFound } from '#rules/inspection/typed-finding.ts'
import { visitDateFits } from '#rules/inspection/visit-date.ts'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import {
  courseFindings,
  type FindingRow,
  findCourse,
  type InspectionRow,
  lockInspection,
} from '../inspection.queries.ts'
import { proposalsOf } from '../pack/course-pack.ts'
import { findingDocument, sealNote } from './finding-document.ts'
import { demandConducted, keepFinding } from './keep-finding.ts'

/** A control point as it was typed into the form of a course, with the version that it was filled with; 0 for none. */
export type TypedFinding = FindingContent & { readonly controlPoint: ControlPointCode; readonly version: number }

/** What an inspector sends of a course at once. */
export type TypedCourse = {
  readonly inspectionId: string
  readonly orderId: string
  readonly typed: readonly TypedFinding[]
  /** Points at which what the registers propose is confirmed, if nothing was typed there. */
  readonly confirm: readonly ControlPointCode[]
  /** A point whose finding is withdrawn. */
  readonly withdraw: ControlPointCode | null
  readonly registeredBy: Person
}

/** Why a typed finding was not recorded. */
export type TypedFault = 'conflict' | 'outcome-missing' | 'citizen-number-in-text' | 'visit-date-invalid'

/** What became of what was sent; the points that are not named stay as they were. */
export type SavedCourse = {
  readonly recorded: readonly ControlPointCode[]
  readonly faults: ReadonlyMap<ControlPointCode, TypedFault>
}

/** What a version says, as a form shows it. */
export const contentOf = (keyring: Keyring, row: FindingRow | undefined): FindingContent => {
  if (!row || row.outcome === 'withdrawn') return nothingFound
  const { note = '', severity = null, visitedOn = null } = findingDocument(keyring, row)
  return { outcome: row.outcome as Outcome, severity, note: plainText(note), visitedOn }
}

/** What is wrong with a typed finding by itself. */
const faultOf = (actor: Actor, { drawnOn }: InspectionRow, typed: FindingContent): TypedFault | null => {
  if (typed.outcome === null) return 'outcome-missing'
  const text = noCitizenNumber([{ pointer: '/note', text: typed.note }])
  if (!text.allowed) return text.slug
  const visitedOn = typed.visitedOn ?? undefined
  const date = visitDateFits({ visitedOn, drawnOn, today: localDateAt(actor.arrivedAt) })
  return date.allowed ? null : date.slug
}

/**
 * Records what an inspector typed of a drawn course, point by point: what fits is recorded, and of the rest it is told why
 * not. Points that were left as they were are not written again, and nobody's finding is overwritten unseen. It tells
 * nothing of the citizen; whoever shows the course again keeps the look-up.
 * @throws HttpProblem `not-found`, `inspection-of-others`, `inspection-closed`, `inspection-discarded`
 */
export const saveCourse = async (
  trx: Trx,
  deps: Pick<Deps, 'keyring'>,
  actor: Actor & { readonly caller: Caller },
  given: TypedCourse,
): Promise<SavedCourse> => {
  const { inspectionId, orderId, registeredBy } = given
  const inspection = await lockInspection(trx, inspectionId)
  await findCourse(trx, inspectionId, orderId)
  await demandConducted(trx, inspection)
  const order = await findOrder(trx, actor.caller, orderId)
  const versions = await courseFindings(trx, inspectionId, orderId)
  let proposals: ReadonlyMap<ControlPointCode, Proposal> | undefined
  const proposedAt = async (point: ControlPointCode): Promise<Proposal | null> => {
    if (!isJudgedByData(point)) return null
    proposals ??= await proposalsOf(trx, actor, order)
    return proposals.get(point) ?? null
  }
  const recorded: ControlPointCode[] = []
  const faults = new Map<ControlPointCode, TypedFault>()
  const keep = async (
    point: ControlPointCode,
    before: FindingRow | undefined,
    content: Omit<FindingContent, 'outcome'> & { readonly outcome: Outcome | 'withdrawn' },
  ): Promise<void> => {
    const key = { inspectionId, orderId, controlPoint: point, version: (before?.version ?? 0) + 1 }
    const { outcome, severity, note, visitedOn } = content
    await keepFinding(trx, actor, key, {
      outcome,
      registeredBy,
      ...(severity === null ? {} : { severity }),
      ...(visitedOn === null ? {} : { visitedOn }),
      sealed: note === '' ? null : sealNote(deps.keyring, note, key),
      proposed: outcome === 'withdrawn' ? null : await proposedAt(point),
      before,
    })
    recorded.push(point)
  }
  for (const { controlPoint: point, version, ...typed } of given.typed) {
    const own = versions.filter(({ controlPoint }) => controlPoint === point)
    const latest = own.at(-1)
    const current = (latest?.version ?? 0) === version
    const seen = contentOf(
      deps.keyring,
      own.find((row) => row.version === version),
    )
    const standing = contentOf(deps.keyring, latest)
    if (given.withdraw === point) {
      // A second press finds nothing left to withdraw.
      if (standing.outcome === null) continue
      if (current) await keep(point, latest, { ...nothingFound, outcome: 'withdrawn' })
      else faults.set(point, 'conflict')
      continue
    }
    const fate = fateOfTyped({ typed, seen, standing, current })
    if (fate === 'conflict') faults.set(point, 'conflict')
    if (fate === 'recorded') {
      const fault = faultOf(actor, inspection, typed)
      if (fault !== null) faults.set(point, fault)
      else if (typed.outcome !== null) await keep(point, latest, { ...typed, outcome: typed.outcome })
    }
    if (fate === 'unchanged' && standing.outcome === null && given.confirm.includes(point)) {
      const proposed = await proposedAt(point)
      // Where nothing is proposed, the point is left open.
      if (proposed?.outcome) await keep(point, latest, { ...nothingFound, outcome: proposed.outcome })
    }
  }
  return { recorded, faults }
}
