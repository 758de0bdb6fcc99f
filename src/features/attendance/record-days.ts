import { bindDocuments, nameableDocuments } from '#features/documents/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { writingAudit } from '#platform/audit/audit-not-written.ts'
import type { Actor } from '#platform/audit/change-log.ts'
import type { PipelinedTrx } from '#platform/db/transaction.ts'
import { HttpProblem, missing } from '#platform/http/problems/problem.ts'
import { newId } from '#platform/ids.ts'
import { plainText } from '#platform/plain-text.ts'
import type { DayEntry } from '#rules/protocol/day-facts.ts'
import { absenceRegistrationDue } from '#rules/protocol/what-the-day-lacks.ts'
import { type AttendanceCodes, attendanceCodesOf, courseOf, recordedEntries, refusalOfDay } from './accept-day.ts'
import {
  type LoadedCode,
  type LoadedDay,
  loadCodes,
  loadDays,
  lockOrders,
  noteDays,
  writeDays,
} from './record.queries.ts'
import { contentOf, dayEntryOf, type RecordedEntry, type SentEntry, totalsOf } from './recorded-entry.ts'
import { postponeReferrals, recallReferrals } from './settle.queries.ts'
import { settleDays } from './settle-days.ts'

/** A day of an order as its supplier reports it. */
export type DayToRecord = {
  readonly orderId: string
  readonly date: LocalDate
  readonly entries: readonly SentEntry[]
  readonly correctionReason?: string | undefined
  readonly registeredBy: Person
}

/** A day that was taken; `unchanged`: it said what stands already, so nothing was written. */
export type RecordedDay = {
  readonly orderId: string
  readonly citizenId: string
  readonly date: LocalDate
  readonly version: number
  readonly change: 'created' | 'changed' | 'unchanged'
}

/** What became of one day. Pointers of a problem lead into the day's own body; an unknown order is at `/orderId`. */
export type DayOutcome = { readonly recorded: RecordedDay } | { readonly problem: HttpProblem }

/** A day as it stands while the request's days are taken one by one. */
type Standing = {
  readonly citizenId: string
  readonly version: number
  readonly entries: readonly RecordedEntry[]
  readonly recordedLate: boolean
  readonly firstRecordedAt: string
}

type Version = {
  readonly id: string
  readonly orderId: string
  readonly date: LocalDate
  readonly version: number
  readonly entries: readonly RecordedEntry[]
  readonly registeredBy: Person
  readonly correctionReason: string | null
  readonly action: 'recorded' | 'corrected'
  readonly changes: Readonly<Record<string, unknown>>
}

type Decided = {
  readonly outcomes: DayOutcome[]
  readonly days: Map<string, Standing & { readonly orderId: string; readonly date: LocalDate }>
  readonly versions: Version[]
  readonly bound: Map<string, string>
  /** Until when an absence of the order's day is to be registered, by order and date. */
  readonly dueOn: Map<string, LocalDate>
  /** The days that said so far that nothing was attended, by order and date. */
  readonly wasAway: Set<string>
}

const keyOf = (id: string, date: string): string => `${id} ${date}`

const versionOf = (day: Standing & { orderId: string; date: LocalDate }, sent: DayToRecord): Version => {
  const { plannedMinutes, attendedMinutes } = totalsOf(day.entries)
  const { orderId, date, version, entries, recordedLate } = day
  return {
    id: newId(),
    orderId,
    date,
    version,
    entries,
    registeredBy: sent.registeredBy,
    correctionReason: sent.correctionReason === undefined ? null : plainText(sent.correctionReason),
    action: version === 1 ? 'recorded' : 'corrected',
    // Why the citizen was away is no figure of the citizen's (§ 9).
    changes: { date, version, plannedMinutes, attendedMinutes, recordedLate },
  }
}

/** How days are taken, beside the rules. */
export type DayTerms = {
  /** Ours: a day that was recorded after this moment is left as it stands, and refused with `conflict`. */
  readonly unlessChangedSince?: Instant
}

/** Takes the days in the order of the request: the second of two for the same day is a change of the first. */
const decide = (
  actor: Actor,
  items: readonly DayToRecord[],
  loadedDays: readonly LoadedDay[],
  codes: AttendanceCodes,
  documents: Map<string, string | null>,
  { unlessChangedSince }: DayTerms,
): Decided => {
  const decided: Decided = {
    outcomes: [],
    days: new Map(),
    versions: [],
    bound: new Map(),
    dueOn: new Map(),
    wasAway: new Set(),
  }
  const today = localDateAt(actor.arrivedAt)
  const take = (sent: DayToRecord, loaded: LoadedDay | undefined): DayOutcome => {
    if (!loaded || loaded.citizen_id === null) return { problem: missing('/orderId') }
    const { date } = sent
    const citizenId = loaded.citizen_id
    const orderId = sent.orderId.toLowerCase()
    const standing = decided.days.get(keyOf(orderId, date)) ?? loaded.recorded
    const entries: DayEntry[] = sent.entries.map(dayEntryOf)
    const recorded = recordedEntries(entries, loaded)
    if (standing && recorded.length === entries.length && contentOf(recorded) === contentOf(standing.entries)) {
      return { recorded: { orderId, citizenId, date, version: standing.version, change: 'unchanged' } }
    }
    if (unlessChangedSince !== undefined && (loaded.recorded?.recordedAt ?? '') > unlessChangedSince) {
      return { problem: new HttpProblem('conflict') }
    }
    const { correctionReason } = sent
    const { arrivedAt } = actor
    const problem = refusalOfDay({ orderId, date, entries, correctionReason, loaded, codes, documents, arrivedAt })
    if (problem) return { problem }
    for (const { offSite } of entries) {
      if (offSite?.documentId === undefined || documents.get(offSite.documentId) !== null) continue
      documents.set(offSite.documentId, orderId)
      decided.bound.set(offSite.documentId, orderId)
    }
    const course = courseOf(loaded, codes)
    // § 7: days before the citizen first came are recorded on the day they came.
    const firstAttendedOn = course.firstMeetingProcedure ? course.firstAttendedOn : null
    const recordable = firstAttendedOn !== null && firstAttendedOn > date ? firstAttendedOn : date
    const day = {
      orderId,
      date,
      citizenId,
      version: (standing?.version ?? 0) + 1,
      entries: recorded,
      recordedLate: standing?.recordedLate ?? today > recordable,
      firstRecordedAt: standing?.firstRecordedAt ?? arrivedAt,
    }
    decided.days.set(keyOf(orderId, date), day)
    decided.versions.push(versionOf(day, sent))
    if (loaded.recorded && totalsOf(loaded.recorded.entries).attendedMinutes === 0) {
      decided.wasAway.add(keyOf(orderId, date))
    }
    // The version that this one follows, which may be of the same request.
    const wasSickness = standing !== null && totalsOf(standing.entries).sickMinutes > 0
    const { attendedMinutes } = totalsOf(recorded)
    const hindrances = (loaded.hindrances ?? []).filter(({ leftMinutes }) => leftMinutes <= attendedMinutes)
    const registration = { date, firstAttendedOn, wasSickness, hindrances, today }
    decided.dueOn.set(keyOf(orderId, date), absenceRegistrationDue(registration))
    const change = day.version === 1 ? 'created' : 'changed'
    return { recorded: { orderId, citizenId, date, version: day.version, change } }
  }
  for (const [index, sent] of items.entries()) decided.outcomes.push(take(sent, loadedDays[index]))
  return decided
}

/**
 * § 5: locks all that the supplier has of the orders' citizens until the transaction ends.
 * @param orderIds whatever a caller names; what is not the supplier's own is passed over
 */
export const lockOrdersOf = async (
  trx: PipelinedTrx,
  supplierId: string,
  orderIds: readonly string[],
): Promise<void> => {
  await trx.run(lockOrders, [supplierId, [...new Set(orderIds)]])
}

const loadAndDecide = async (
  trx: PipelinedTrx,
  actor: Actor,
  items: readonly DayToRecord[],
  terms: DayTerms,
  hold: boolean,
): Promise<Decided> => {
  const supplierId = actor.caller.organisation.id
  const orderIds = [...new Set(items.map((item) => item.orderId.toLowerCase()))]
  const today = localDateAt(actor.arrivedAt)
  const loaded = await trx.run<LoadedDay>(loadDays, [
    supplierId,
    items.map((_, index) => index),
    items.map((item) => item.orderId),
    items.map((item) => item.date),
    // Of days that are over and on which somebody was away: nothing else becomes due.
    items.map(({ date, entries }) => date < today && entries.some(({ absent }) => (absent ?? []).length > 0)),
  ])
  const codes = attendanceCodesOf(await trx.run<LoadedCode>(loadCodes, []))
  const named = items.flatMap((item) =>
    item.entries.flatMap(({ offSite }) =>
      offSite?.documentId === undefined ? [] : [offSite.documentId.toLowerCase()],
    ),
  )
  const documents: Map<string, string | null> =
    named.length === 0 ? new Map() : await nameableDocuments(trx, supplierId, [...new Set(named)], orderIds, hold)
  return decide(actor, items, loaded, codes, documents, terms)
}

/**
 * § 5: what would become of days, as `recordDays` would say. Nothing is locked and nothing is written, so it stands for this
 * moment alone.
 */
export const checkDays = async (
  trx: PipelinedTrx,
  actor: Actor,
  items: readonly DayToRecord[],
  terms: DayTerms = {},
): Promise<readonly DayOutcome[]> =>
  items.length === 0 ? [] : (await loadAndDecide(trx, actor, items, terms, false)).outcomes

/**
 * § 5: records days of a supplier's orders, one or 20,000, each on its own fate, in a fixed number of statements. A day that
 * says what stands changes nothing; another makes the next version. The duties to register absences follow, and months
 * that were submitted become stale.
 * @param actor the supplier's own request, or the portal in its name
 * @returns what became of each, in the order of the items
 */
export const recordDays = async (
  trx: PipelinedTrx,
  actor: Actor,
  items: readonly DayToRecord[],
  terms: DayTerms = {},
): Promise<DayOutcome[]> => {
  if (items.length === 0) return []
  const supplierId = actor.caller.organisation.id
  const orderIds = [...new Set(items.map((item) => item.orderId.toLowerCase()))]
  await lockOrdersOf(trx, supplierId, orderIds)
  const { outcomes, days, versions, bound, dueOn, wasAway } = await loadAndDecide(trx, actor, items, terms, true)
  if (versions.length === 0) return outcomes
  const changed = [...days.values()]
  const ordersOf = new Map<string, string[]>()
  for (const { citizenId, date, orderId } of changed) {
    const key = keyOf(citizenId, date)
    ordersOf.set(key, [...(ordersOf.get(key) ?? []), orderId])
  }
  await bindDocuments(trx, supplierId, bound)
  const made = [JSON.stringify(versions), supplierId, actor.arrivedAt, actor.caller.clientId, actor.id]
  await trx.run(writeDays, [JSON.stringify(changed.map((day) => ({ ...day, ...totalsOf(day.entries) }))), ...made])
  await writingAudit(() => trx.run(noteDays, made))
  await settleDays(trx, actor, {
    supplierId,
    days: changed,
    written: ({ citizenId, date }) => ordersOf.get(keyOf(citizenId, date)) ?? [],
    because: 'attendance-recorded',
    dueOn: ({ date }, orderId) => dueOn.get(keyOf(orderId, date)) ?? date,
  })
  const away = changed.filter((day) => totalsOf(day.entries).attendedMinutes === 0)
  const back = changed.filter((day) => !away.includes(day) && wasAway.has(keyOf(day.orderId, day.date)))
  for (const [statement, those] of [
    [postponeReferrals, away],
    [recallReferrals, back],
  ] as const) {
    if (those.length === 0) continue
    const citizens = those.map((day) => day.citizenId)
    await trx.run(statement, [supplierId, citizens, those.map((day) => day.date), actor.arrivedAt])
  }
  return outcomes
}
