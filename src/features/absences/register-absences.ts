import { settleDays } from '#features/attendance/commands.ts'
import { bindToRegistered, type NameableDocuments, nameableDocuments } from '#features/documents/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { Verdict } from '#kernel/verdict.ts'
import { writingAudit } from '#platform/audit/audit-not-written.ts'
import { inPipelinedTransaction, type PipelinedTrx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import {
  answerOfTakenKey,
  type IdempotencyKey,
  idempotencyKeyOf,
  keptAnswer,
  takeKey,
} from '#platform/http/idempotency.ts'
import { isProblemSlug } from '#platform/http/problems/catalogue.ts'
import { HttpProblem, problemOf } from '#platform/http/problems/problem.ts'
import { type Answer, isRuleRefusal, type PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { onePerCitizenAndDay } from '#rules/absence/one-per-citizen-and-day.ts'
import {
  keepBatchAnswer,
  type LoadedClaim,
  liveOnDays,
  loadClaims,
  lockOrders,
  lockReplaced,
  noteAbsences,
  recordRefusedItems,
  supersede,
  writeAbsences,
} from './absence.queries.ts'
import { type AbsenceCommand, type AcceptedAbsence, acceptAbsence } from './accept-absence.ts'
import { consequencesOf, followRegistrations } from './consequences.ts'
import type { ReferenceData } from './reference-data.ts'
import { noteParameters, supersedeParameters, writeParameters } from './write-parameters.ts'

/** What became of one claim. */
export type Outcome = { readonly accepted: AcceptedAbsence } | { readonly problem: HttpProblem }

/** How the outcomes of a request's claims become its answer. */
export type AnswerOf = (outcomes: readonly Outcome[]) => Answer

const dayOf = (absence: { citizenId: string; date: string }): string => `${absence.citizenId} ${absence.date}`

/**
 * Holds every claim against the rules in the order of the request: an earlier item of a batch stands against a later one
 * of the same citizen and day, as if they had come one by one.
 */
export const decide = (
  claims: readonly AbsenceCommand[],
  { loaded, nameable }: { readonly loaded: readonly LoadedClaim[]; readonly nameable: NameableDocuments },
  reference: ReferenceData,
  request: PortalRequest,
): Outcome[] => {
  const liveByDay = new Map<string, { id: string }>()
  const replaced = new Set<string>()
  const documents: NameableDocuments = new Map(nameable)
  return claims.map((command, index) => {
    const row = loaded[index]
    if (!row) throw new Error('a claim was not loaded')
    const day = row.citizen_id === null ? null : dayOf({ citizenId: row.citizen_id, date: command.date })
    const live =
      (day === null ? undefined : liveByDay.get(day)) ?? (row.live_id === null ? undefined : { id: row.live_id })
    const replacedWithdrawn = command.replaces !== undefined && replaced.has(command.replaces)
    const decision = acceptAbsence({
      command,
      loaded: row,
      live,
      replacedWithdrawn,
      reference,
      arrivedAt: request.arrivedAt,
      documents,
    })
    if (!('accepted' in decision)) {
      return { problem: problemOf(decision.verdict as Exclude<Verdict, { allowed: true }>) }
    }
    if (day !== null) liveByDay.set(day, { id: decision.accepted.row.id })
    if (command.replaces !== undefined) replaced.add(command.replaces)
    for (const id of command.documentIds ?? []) documents.set(id, command.orderId)
    return decision
  })
}

/**
 * Outcomes as they are after another transaction registered some of the days first: those items are refused with what
 * stands, and so are the later items of this batch that were refused for theirs.
 */
const afterConflicts = async (
  trx: PipelinedTrx,
  request: PortalRequest,
  outcomes: readonly Outcome[],
  written: ReadonlySet<string>,
): Promise<Outcome[]> => {
  const lost = outcomes.flatMap((outcome) =>
    'accepted' in outcome && !written.has(outcome.accepted.row.id) ? [outcome.accepted.row] : [],
  )
  const live = await trx.run<{ id: string; citizen_id: string; date: string }>(liveOnDays, [
    request.caller.organisation.id,
    lost.map((row) => row.citizenId),
    lost.map((row) => row.date),
  ])
  const liveByDay = new Map(live.map((row) => [dayOf({ citizenId: row.citizen_id, date: row.date }), row.id]))
  const standing = new Map(lost.map((row) => [row.id, liveByDay.get(dayOf(row))]))
  const refusedBy = (lostId: string): Outcome => {
    const id = standing.get(lostId)
    // Withdrawn again in the meantime: the caller may simply send it once more.
    if (id === undefined)
      return { problem: new HttpProblem('temporarily-unavailable', { headers: { 'retry-after': '1' } }) }
    return { problem: problemOf(onePerCitizenAndDay({ id }, undefined) as Exclude<Verdict, { allowed: true }>) }
  }
  return outcomes.map((outcome) => {
    if ('accepted' in outcome)
      return written.has(outcome.accepted.row.id) ? outcome : refusedBy(outcome.accepted.row.id)
    const existing = outcome.problem.facts['existing'] as { id: string } | undefined
    return existing && standing.has(existing.id) ? refusedBy(existing.id) : outcome
  })
}

/** Sends the statements that take the key, lock and load, together; a key that is not to be had ends them all. */
export const lockAndLoad = async (
  trx: PipelinedTrx,
  request: PortalRequest,
  claims: readonly AbsenceCommand[],
  key: IdempotencyKey | null,
) => {
  const supplierId = request.caller.organisation.id
  const replaces = claims.flatMap((claim) => (claim.replaces === undefined ? [] : [claim.replaces]))
  const documentIds = claims.flatMap((claim) => claim.documentIds ?? [])
  const [, , , loaded, nameable] = await Promise.all([
    key ? trx.run(takeKey, [request.caller.clientId, key.digest, key.lock]) : [],
    trx.run(lockOrders, [supplierId, [...new Set(claims.map((claim) => claim.orderId))]]),
    replaces.length > 0 ? trx.run(lockReplaced, [supplierId, replaces]) : [],
    trx.run<LoadedClaim>(loadClaims, [
      supplierId,
      claims.map((_, index) => index),
      claims.map((claim) => claim.orderId),
      claims.map((claim) => claim.activityId),
      claims.map((claim) => claim.date),
      claims.map((claim) => claim.replaces ?? null),
      localDateAt(request.arrivedAt),
    ]),
    documentIds.length > 0
      ? nameableDocuments(
          trx,
          supplierId,
          documentIds,
          claims.map((claim) => claim.orderId),
        )
      : new Map<string, string | null>(),
  ])
  return { loaded, nameable }
}

const refusedRows = (claims: readonly AbsenceCommand[], outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome, index) =>
    'problem' in outcome && isProblemSlug(outcome.problem.slug) && isRuleRefusal(outcome.problem.slug)
      ? [{ id: newId(), rule: outcome.problem.slug, orderId: claims[index]?.orderId ?? null }]
      : [],
  )

/** § 5: a registration meets the duty that recorded attendance opened, and touches a month that was submitted. */
const settleProtocol = async (
  trx: PipelinedTrx,
  request: PortalRequest,
  registered: readonly AcceptedAbsence[],
): Promise<void> => {
  const ids = new Map(registered.map(({ row }) => [dayOf(row), row.id]))
  const held = new Map(registered.map(({ row, heldAgainst }) => [dayOf(row), heldAgainst]))
  await settleDays(trx, request, {
    supplierId: request.caller.organisation.id,
    days: registered.map(({ row }) => ({ citizenId: row.citizenId, date: row.date })),
    written: (day) => held.get(dayOf(day)) ?? [],
    because: 'absence-registered',
    metBy: (day) => ids.get(dayOf(day)),
    // One that replaces a longer registration leaves minutes to register, from today on.
    dueOn: () => localDateAt(request.arrivedAt),
  })
}

/**
 * Writes what was accepted, with all that hangs on it, in one round trip; where attendance stands, in a few more.
 * @param key under which the answer is kept, unless another transaction registered one of the days first
 * @returns the ids that were written
 */
export const writeAccepted = async (
  trx: PipelinedTrx,
  request: PortalRequest,
  accepted: readonly AcceptedAbsence[],
  key: IdempotencyKey | null,
  answer: Answer,
): Promise<ReadonlySet<string>> => {
  const supersededValues = supersedeParameters(request, accepted)
  const naming = accepted.flatMap(({ row }) => (row.documentIds.length > 0 ? [row.id] : []))
  const [, ids] = await Promise.all([
    supersededValues ? trx.run(supersede, supersededValues) : [],
    trx.run<{ id: string }>(writeAbsences, writeParameters(request, accepted, key, answer)),
    writingAudit(() => trx.run(noteAbsences, noteParameters(request, accepted))),
    followRegistrations(trx, request, consequencesOf(accepted)),
    naming.length > 0 ? bindToRegistered(trx, request.caller.organisation.id, naming) : undefined,
  ])
  const written = new Set(ids.map((row) => row.id))
  await settleProtocol(
    trx,
    request,
    accepted.filter(({ row, loaded }) => loaded.in_protocol && written.has(row.id)),
  )
  return written
}

/**
 * § 6, § 8: registers absences, one or a thousand, in one transaction of three round trips: begin, lock and load; write
 * absences, events, history and the answer under its key; commit.
 * @param single whether the request is one absence, whose refusal is the request's own problem
 */
export const registerAbsences = (given: {
  deps: Deps
  request: PortalRequest
  claims: readonly AbsenceCommand[]
  reference: ReferenceData
  single: boolean
  answerOf: AnswerOf
}): Promise<Answer> => {
  const { deps, request, claims, single, answerOf } = given
  const key = idempotencyKeyOf(request)
  return inPipelinedTransaction(deps.database, request.caller.organisation.id, async (trx) => {
    const loaded = await lockAndLoad(trx, request, claims, key)
    let outcomes = decide(claims, loaded, given.reference, request)
    const refusal = outcomes[0]
    if (single && refusal && 'problem' in refusal) throw refusal.problem

    const accepted = outcomes.flatMap((outcome) => ('accepted' in outcome ? [outcome.accepted] : []))
    let answer = answerOf(outcomes)
    if (accepted.length > 0) {
      const written = await writeAccepted(trx, request, accepted, key, answer)
      if (written.size < accepted.length) {
        outcomes = await afterConflicts(trx, request, outcomes, written)
        const lost = outcomes[0]
        if (single && lost && 'problem' in lost) throw lost.problem
        answer = answerOf(outcomes)
        if (key && written.size > 0) {
          const kept = keptAnswer(answer)
          const { clientId, organisation } = request.caller
          await trx.run(keepBatchAnswer, [
            clientId,
            key.digest,
            organisation.id,
            key.fingerprint,
            kept.status,
            kept.headers,
            kept.body,
          ])
        }
      }
    }
    const refusals = refusedRows(claims, outcomes)
    if (refusals.length > 0) {
      const { clientId, organisation } = request.caller
      const values = [
        JSON.stringify(refusals),
        request.arrivedAt,
        clientId,
        organisation.id,
        'registerAbsences',
        request.id,
      ]
      await writingAudit(() => trx.run(recordRefusedItems, values))
    }
    return { commit: true, result: answer }
  }).catch((error: unknown) => {
    if (!key) throw error
    return answerOfTakenKey(deps.database, request, key, error)
  })
}
