import { workingDaysThrough } from '#features/calendar/lookups.ts'
import { type DutyOfOrder, meetManyDuties, openManyDuties, waiveManyDuties } from '#features/obligations/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Actor } from '#platform/audit/change-log.ts'
import type { PipelinedTrx } from '#platform/db/transaction.ts'
import { protocolCorrectionDue } from '#rules/calendar/deadlines.ts'
import type { WorkingDays } from '#rules/calendar/working-days.ts'
import { registrationOwed, type WholeDay } from '#rules/protocol/what-the-day-lacks.ts'
import { daysToSettle, type LoadedRegisters, type LoadedToSettle, touchProtocols } from './settle.queries.ts'

/** A citizen's day at a supplier. */
export type CitizenDay = { readonly citizenId: string; readonly date: LocalDate }

/** What happened to days in one of the two registers, by which duties open and close. */
export type RegisterChange = {
  readonly supplierId: string
  readonly days: readonly CitizenDay[]
  /** Why duties open or are waived and months go stale: a code. */
  readonly because: string
  /** What met a day's duty, when a registration did; else its duty is waived. */
  readonly metBy?: (day: CitizenDay) => string | undefined
  /** Until when an absence of the day that the protocol shows is to be registered; without it no duty opens. */
  readonly dueOn?: (day: CitizenDay) => LocalDate
  /** Whether months are touched that the caller does not see: those of another jobcenter's orders. */
  readonly touchUnseen?: boolean
}

/** The day as the rules see it. */
export const wholeDayOf = (row: LoadedRegisters): WholeDay => ({
  unauthorisedMinutes: row.unauthorised_minutes,
  sickMinutes: row.sick_minutes,
  leaveMinutesRecorded: row.leave_minutes_recorded,
  leaveMinutesUnshown: row.leave_minutes_unshown,
  unrecordedMinutes: row.unrecorded_minutes,
  registration:
    row.absent_minutes === null
      ? null
      : {
          absentMinutes: row.absent_minutes,
          leaveMinutes: row.absence_leave_minutes ?? 0,
          reason: row.non_participation === true ? 'non-participation' : 'other',
        },
  notStartedMinutes: row.not_started_minutes,
  endedMinutes: row.ended_minutes,
})

type Settled = {
  readonly open: DutyOfOrder[]
  readonly met: Map<string, string>
  readonly waived: string[]
}

const settle = (rows: readonly LoadedToSettle[], change: RegisterChange): Settled => {
  const settled: Settled = { open: [], met: new Map(), waived: [] }
  for (const row of rows) {
    const day = { citizenId: row.citizen_id, date: row.date }
    const duties = row.duties ?? []
    const standing = duties.filter((duty) => duty.open)
    if (registrationOwed(wholeDayOf(row)) > 0) {
      const orderId = duties[0]?.orderId ?? row.owed_on
      if (standing.length > 0 || orderId === null || change.dueOn === undefined) continue
      settled.open.push({ orderId, kind: 'absence-registration', subject: row.date, dueOn: change.dueOn(day) })
      continue
    }
    const metBy = change.metBy?.(day)
    for (const { id } of standing) {
      if (metBy === undefined) settled.waived.push(id)
      else settled.met.set(id, metBy)
    }
  }
  return settled
}

const datesByCitizen = (days: readonly CitizenDay[]): { citizenId: string; dates: LocalDate[] }[] => {
  const dates = new Map<string, Set<LocalDate>>()
  for (const { citizenId, date } of days) dates.set(citizenId, (dates.get(citizenId) ?? new Set()).add(date))
  return [...dates].map(([citizenId, found]) => ({ citizenId, dates: [...found] }))
}

/**
 * § 5, § 6: brings the duties `absence-registration` of days to what both registers say now, and marks months stale that were
 * submitted before. A duty stands once for a day, on the order that it was first opened on. Run it after the change, with the
 * citizens' orders locked, in the transaction of the change: one statement, and up to five more where there is
 * something to settle, however many days.
 */
export const settleDays = async (trx: PipelinedTrx, actor: Actor, change: RegisterChange): Promise<void> => {
  const { supplierId, days, because } = change
  if (days.length === 0) return
  const rows = await trx.run<LoadedToSettle>(daysToSettle, [
    supplierId,
    days.map((day) => day.citizenId),
    days.map((day) => day.date),
  ])
  const { open, met, waived } = settle(rows, change)
  let calendar: Promise<WorkingDays> | undefined
  const workingDays = (): Promise<WorkingDays> => (calendar ??= workingDaysThrough(trx))
  await openManyDuties(trx, open, actor.arrivedAt, because)
  await meetManyDuties(trx, met, actor.arrivedAt, workingDays)
  await waiveManyDuties(trx, waived, actor.arrivedAt, because)
  const touched = change.touchUnseen
    ? days
    : rows.filter((row) => row.submitted).map((row) => ({ citizenId: row.citizen_id, date: row.date }))
  if (touched.length === 0) return
  const { dueOn } = protocolCorrectionDue(localDateAt(actor.arrivedAt), await workingDays())
  const values = JSON.stringify(datesByCitizen(touched))
  await trx.run(touchProtocols, [supplierId, values, actor.arrivedAt, because, dueOn])
}
