import { workingDaysThrough } from '#features/calendar/lookups.ts'
import { type DutyOfOrder, meetManyDuties, openManyDuties, waiveManyDuties } from '#features/obligations/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Actor } from '#platform/audit/change-log.ts'
import type { PipelinedTrx } from '#platform/db/transaction.ts'
import { protocolCorrectionDue } from '#rules/calendar/deadlines.ts'
import type { WorkingDays } from '#rules/calendar/working-days.ts'
import { reconcileWholeDay } from '#rules/protocol/reconcile.ts'
import { registrationOwed, type WholeDay } from '#rules/protocol/what-the-day-lacks.ts'
import { daysToSettle, type LoadedRegisters, type LoadedToSettle, touchProtocols } from './settle.queries.ts'

/** A citizen's day at a supplier. */
export type CitizenDay = { readonly citizenId: string; readonly date: LocalDate }

/** What happened to days in one of the two registers, by which duties open and close. */
export type RegisterChange = {
  readonly supplierId: string
  readonly days: readonly CitizenDay[]
  /** The orders whose protocols show what was written on a day: their months go stale whatever follows from it. */
  readonly written: (day: CitizenDay) => readonly string[]
  /** Why duties open and months go stale: a code. */
  readonly because: string
  /** What met a day's duty, when a registration did; else its duty is waived. */
  readonly metBy?: (day: CitizenDay) => string | undefined
  /** Until when an absence of the day that an order's attendance shows is to be registered; without it no duty opens. */
  readonly dueOn?: (day: CitizenDay, orderId: string) => LocalDate
  /** Whether months are touched that the caller does not see: those of another jobcenter's orders. */
  readonly touchUnseen?: boolean
}

/** The day as the rules see it. */
export const wholeDayOf = (row: LoadedRegisters): WholeDay => ({
  unauthorisedMinutes: row.unauthorised_minutes,
  leaveMinutesUnshown: row.leave_minutes_unshown,
  unrecordedMinutes: row.unrecorded_minutes,
  registration:
    row.absent_minutes === null
      ? null
      : {
          absentMinutes: row.absent_minutes,
          reason: row.absence_reason ?? '',
          attendedMinutes: row.attended_minutes,
          leaveMinutes: row.leave_minutes,
          notStartedMinutes: row.not_started_minutes,
          endedMinutes: row.ended_minutes,
          ownIdleMinutes: row.own_idle_minutes,
          runningMinutes: row.running_minutes,
        },
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
    const owed = registrationOwed(wholeDayOf(row)) > 0
    const owing = new Set(owed ? row.owing : [])
    const standing = (row.duties ?? []).filter((duty) => duty.open)
    const metBy = owed ? undefined : change.metBy?.(day)
    const kept = standing.filter((duty) => owing.delete(duty.orderId))
    for (const { id } of standing.filter((duty) => !kept.includes(duty))) {
      if (metBy === undefined) settled.waived.push(id)
      else settled.met.set(id, metBy)
    }
    if (change.dueOn === undefined) continue
    const written = change.written(day).filter((orderId) => owing.has(orderId))
    // What one order's attendance adds is asked of that one, unless nothing asks for what is owed.
    const asked = written.length === 0 && kept.length === 0 ? [...owing] : written
    for (const orderId of asked) {
      const dueOn = change.dueOn(day, orderId)
      settled.open.push({ orderId, kind: 'absence-registration', subject: row.date, dueOn })
    }
  }
  return settled
}

/**
 * How a day stands between the registers, in the words of `portal_touch_protocols`: the difference, and why there is none
 * though one says more.
 */
const standsAs = (day: WholeDay): string => {
  const found = reconcileWholeDay(day)
  if (found.kind === 'differs') return `${found.because} ${found.minutes}|`
  return `|${found.kind === 'explained' ? [...found.because].sort().join() : ''}`
}

const touchedDays = (rows: readonly LoadedToSettle[], change: RegisterChange) => {
  const byCitizen = new Map<string, LoadedToSettle[]>()
  for (const row of rows) byCitizen.set(row.citizen_id, [...(byCitizen.get(row.citizen_id) ?? []), row])
  return [...byCitizen].map(([citizenId, days]) => {
    const written = days.flatMap(({ date }) =>
      change.written({ citizenId, date }).map((orderId) => ({ orderId, date })),
    )
    return {
      citizenId,
      dates: days.map((day) => day.date),
      stands: days.map((day) => standsAs(wholeDayOf(day))),
      writtenOrders: written.map(({ orderId }) => orderId),
      writtenDates: written.map(({ date }) => date),
    }
  })
}

/**
 * § 5, § 6: brings the duties `absence-registration` of days to what both registers say now, and marks months stale that were
 * submitted before. A duty stands for a day on each order whose attendance shows minutes to register, and one registration
 * meets them. A month of another order is stale where the day stands otherwise between the registers than it says.
 * Run it after the change, with the citizens' orders locked, in the transaction of the change: one statement, and up
 * to five more where there is something to settle, however many days.
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
  // Whoever reads the duty is not told that the attendance was corrected: it may say sickness by now (§ 9).
  await waiveManyDuties(trx, waived, actor.arrivedAt, because === 'leave-approved' ? because : 'nothing-to-register')
  const touched = rows.filter((row) => change.touchUnseen || row.submitted)
  if (touched.length === 0) return
  const { dueOn } = protocolCorrectionDue(localDateAt(actor.arrivedAt), await workingDays())
  const values = JSON.stringify(touchedDays(touched, change))
  await trx.run(touchProtocols, [supplierId, values, actor.arrivedAt, because, dueOn])
}
