import type { WrittenCell } from '#platform/table-files/csv-text.ts'
import type { WrittenSheet } from '#platform/table-files/write-workbook.ts'
import { codeOf } from '#rules/protocol/day-facts.ts'
import type { RecordedActivity, TemplateDay, TemplateOrder } from './template.queries.ts'
import { type ColumnKey, headingOf, templateColumns } from './template-columns.ts'

/** The headings of the template. */
export const headingRow: readonly WrittenCell[] = templateColumns.map(({ heading }) => heading)

/** The codes that can be filled in, for whoever fills them in: an import takes the code and what it is called alike. */
export const codeSheet = (codes: readonly { readonly code: string; readonly label: string }[]): WrittenSheet => ({
  name: 'Koder',
  rows: [[headingOf('code'), 'Skrives også'], ...codes.map(({ code, label }) => [label, code])],
  widths: [44, 20],
})

/**
 * Whether the columns can say what is recorded: two codes for each activity, and one message of Kontaktcentret's. A day that
 * is richer is left empty, so that an import leaves it as it stands.
 */
const canBeSaid = (entries: readonly RecordedActivity[]): boolean =>
  entries.every(
    ({ absent }) => absent.length <= 2 && absent.filter(({ code }) => code === codeOf.sickAccepted).length <= 1,
  )

const filledIn = (entry: RecordedActivity): Partial<Record<ColumnKey, WrittenCell>> => {
  const [first, second] = entry.absent
  const accepted = entry.absent.find(({ code }) => code === codeOf.sickAccepted)
  const dateCell = (date: string | undefined): WrittenCell => (date === undefined ? null : { date })
  return {
    attended: entry.attendedMinutes,
    code: first?.code ?? null,
    minutes: first?.minutes ?? null,
    secondCode: second?.code ?? null,
    secondMinutes: second?.minutes ?? null,
    messageOn: dateCell(accepted?.messageOn),
    periodTo: dateCell(accepted?.periodTo),
    place: entry.offSite?.place ?? null,
    content: entry.offSite?.content ?? null,
    documentId: entry.offSite?.documentId ?? null,
  }
}

/** One row for each planned day and activity, with what is recorded of it. */
export const templateRows = (
  orders: ReadonlyMap<string, TemplateOrder>,
  days: readonly TemplateDay[],
  recorded: ReadonlyMap<string, readonly RecordedActivity[]>,
): WrittenCell[][] =>
  days.map((day) => {
    const order = orders.get(day.orderId)
    const entries = recorded.get(`${day.orderId} ${day.date}`) ?? []
    const entry = canBeSaid(entries) ? entries.find(({ activityId }) => activityId === day.activityId) : undefined
    const cells: Partial<Record<ColumnKey, WrittenCell>> = {
      orderNumber: order?.orderNumber ?? null,
      citizen: order?.citizenName ?? null,
      date: { date: day.date },
      activityId: day.activityId,
      activity: day.activity,
      planned: day.plannedMinutes,
      ...(entry ? filledIn(entry) : {}),
    }
    return templateColumns.map(({ key }) => cells[key] ?? null)
  })
