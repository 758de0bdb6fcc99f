import type { InputFault } from '#platform/http/problems/problem.ts'
import { plainText } from '#platform/plain-text.ts'
import { type AbsentPart, codeOf, type DayEntry, minutesUnder, type OffSite } from '#rules/protocol/day-facts.ts'

/** An activity of a day as it is kept. Minutes. */
export type RecordedEntry = {
  readonly activityId: string
  readonly plannedMinutes: number
  readonly attendedMinutes: number
  readonly absent: readonly AbsentPart[]
  readonly offSite?: OffSite
  readonly documentationMissing: boolean
}

/** An entry as a caller sends it: parts that are left out are none. */
export type SentEntry = {
  readonly activityId: string
  readonly attendedMinutes: number
  readonly absent?: readonly AbsentPart[] | undefined
  readonly offSite?: OffSite | undefined
}

/** The entry as rules see it. A UUID is the same in capitals; the database gives it in small letters. */
export const dayEntryOf = ({ activityId, attendedMinutes, absent, offSite }: SentEntry): DayEntry => ({
  activityId: activityId.toLowerCase(),
  attendedMinutes,
  absent: absent ?? [],
  ...(offSite === undefined
    ? {}
    : {
        offSite: {
          place: plainText(offSite.place),
          content: plainText(offSite.content),
          ...(offSite.documentId === undefined ? {} : { documentId: offSite.documentId.toLowerCase() }),
        },
      }),
})

/** What no schema can say of entries: each activity once, and a message of Kontaktcentret's with accepted sickness alone. */
export const entryFaults = (entries: readonly DayEntry[]): InputFault[] => {
  const duplicate = { da: 'Aktiviteten står der allerede.', en: 'The activity stands there already.' }
  const stray = { da: 'Hører til sick-accepted.', en: 'Belongs to sick-accepted.' }
  return entries.flatMap(({ activityId, absent }, index) => [
    ...(entries.findIndex((other) => other.activityId === activityId) === index
      ? []
      : [{ pointer: `/entries/${index}/activityId`, code: 'duplicate', detail: duplicate }]),
    ...absent.flatMap((part, place) =>
      part.code === codeOf.sickAccepted
        ? []
        : (['messageOn', 'periodTo'] as const)
            .filter((member) => part[member] !== undefined)
            .map((member) => ({
              pointer: `/entries/${index}/absent/${place}/${member}`,
              code: 'not-allowed',
              detail: stray,
            })),
    ),
  ])
}

/** The same text for the same entries, however the database orders members. */
export const contentOf = (entries: readonly RecordedEntry[]): string =>
  JSON.stringify(
    entries.map(({ activityId, plannedMinutes, attendedMinutes, absent, offSite, documentationMissing }) => [
      activityId,
      plannedMinutes,
      attendedMinutes,
      absent.map(({ code, minutes, messageOn, periodTo }) => [code, minutes, messageOn ?? null, periodTo ?? null]),
      offSite === undefined ? null : [offSite.place, offSite.content, offSite.documentId ?? null],
      documentationMissing,
    ]),
  )

/** What a day adds up to. Minutes. */
export const totalsOf = (entries: readonly RecordedEntry[]) => ({
  plannedMinutes: entries.reduce((sum, entry) => sum + entry.plannedMinutes, 0),
  attendedMinutes: entries.reduce((sum, entry) => sum + entry.attendedMinutes, 0),
  unauthorisedMinutes: minutesUnder(entries, codeOf.unauthorised),
  sickMinutes: minutesUnder(entries, codeOf.sickReported, codeOf.sickAccepted),
  leaveMinutes: minutesUnder(entries, codeOf.approvedLeave),
  documentationMissing: entries.some((entry) => entry.documentationMissing),
})
