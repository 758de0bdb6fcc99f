import type { LocalDate } from '#kernel/local-date.ts'
import type { PipelinedTrx } from '#platform/db/transaction.ts'
import { present } from '#platform/http/present.ts'
import { type WholeDay, whatTheDayLacks } from '#rules/protocol/what-the-day-lacks.ts'
import type { RecordedEntry } from './recorded-entry.ts'
import { bothRegisters, type LoadedRegisters } from './settle.queries.ts'
import { wholeDayOf } from './settle-days.ts'
import { type DayRow, daysWithWhatStands, type VersionRow } from './view.queries.ts'

/** A day of an order. */
export type DayKey = { readonly orderId: string; readonly date: LocalDate }

const entryDocument = ({ offSite, absent, ...entry }: RecordedEntry) => ({
  activityId: entry.activityId,
  plannedMinutes: entry.plannedMinutes,
  attendedMinutes: entry.attendedMinutes,
  absent: absent.map(({ code, minutes, messageOn, periodTo }) => ({
    code,
    minutes,
    ...present({ messageOn: messageOn ?? null, periodTo: periodTo ?? null }),
  })),
  ...(offSite === undefined
    ? {}
    : {
        offSite: {
          place: offSite.place,
          content: offSite.content,
          ...present({ documentId: offSite.documentId ?? null }),
        },
      }),
  documentationMissing: entry.documentationMissing,
})

const planText = (plan: readonly { readonly activityId: string; readonly plannedMinutes: number }[]): string =>
  plan
    .filter((one) => one.plannedMinutes > 0)
    .map((one) => `${one.activityId} ${one.plannedMinutes}`)
    .sort()
    .join()

const sumOf = (plan: DayRow['plan']): number => (plan ?? []).reduce((sum, one) => sum + one.plannedMinutes, 0)

/** The day as callers see it: both registers side by side, and what is still missing. */
const dayDocument = (row: DayRow, day: WholeDay) => {
  const lacking = whatTheDayLacks(day, {
    outdated: row.plan !== null && planText(row.plan) !== planText(row.entries),
    documentationMissing: row.documentation_missing,
  })
  return {
    orderId: row.order_id,
    date: row.date,
    version: row.version,
    recordedAt: row.recorded_at,
    recordedLate: row.recorded_late,
    plannedMinutes: row.planned_minutes,
    attendedMinutes: row.attended_minutes,
    absentMinutes: row.planned_minutes - row.attended_minutes,
    entries: row.entries.map(entryDocument),
    documentationMissing: row.documentation_missing,
    ...present({ correctionReason: row.correction_reason }),
    registeredBy: row.registered_by,
    leaveMinutes: Math.min(sumOf(row.plan), row.leave),
    absence: row.absence && {
      id: row.absence.id,
      url: `/v1/absences/${row.absence.id}`,
      absentMinutes: row.absence.absentMinutes,
      reason: row.absence.reason,
      coveredByLeave: row.absence.covered,
    },
    missing: lacking.map((one) =>
      one.code === 'absence-registration' ? { ...one, dueOn: row.due_on ?? row.date } : one,
    ),
  }
}

export type AttendanceDocument = ReturnType<typeof dayDocument>

/**
 * Loads days of one supplier's orders with what stands beside them, in two statements. What is not recorded, or not to be
 * seen, is left out.
 * @returns the documents by `orderId date`
 */
export const attendanceDocuments = async (
  trx: PipelinedTrx,
  keys: readonly DayKey[],
): Promise<Map<string, AttendanceDocument>> => {
  if (keys.length === 0) return new Map()
  const rows = await trx.run<DayRow>(daysWithWhatStands, [keys.map((key) => key.orderId), keys.map((key) => key.date)])
  const [first] = rows
  if (!first) return new Map()
  const registers = await trx.run<LoadedRegisters>(bothRegisters, [
    first.supplier_id,
    rows.map((row) => row.citizen_id),
    rows.map((row) => row.date),
  ])
  const days = new Map(registers.map((row) => [`${row.citizen_id} ${row.date}`, wholeDayOf(row)]))
  return new Map(
    rows.map((row) => {
      const day = days.get(`${row.citizen_id} ${row.date}`)
      if (!day) throw new Error('a recorded day stands in no register')
      return [`${row.order_id} ${row.date}`, dayDocument(row, day)]
    }),
  )
}

/** One version of a day, as the history shows it. */
export const versionDocument = (row: VersionRow) => ({
  version: row.version,
  recordedAt: row.recorded_at,
  registeredBy: row.registered_by,
  ...present({ correctionReason: row.correction_reason }),
  entries: row.entries.map(entryDocument),
})
