import type { Person } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import { present } from '#platform/http/present.ts'
import { newMeetingIsLate } from '#rules/first-meeting/re-summons.ts'
import type { ReSummonsRow } from './first-meeting.queries.ts'
import type { ReminderRow } from './reminder.queries.ts'

/** How often contact was tried, and how many of the attempts reached the citizen. */
export const contactCounts = (reminders: readonly Pick<ReminderRow, 'reached'>[]) => ({
  contactAttempts: reminders.length,
  reached: reminders.filter((reminder) => reminder.reached === true).length,
})

/** A re-summons as the case lists it: without the attempts one by one. */
export const listedReSummons = (row: ReSummonsRow, reminders: readonly ReminderRow[]) => ({
  id: row.id,
  orderId: row.orderId,
  missedOn: row.missedOn,
  letterSentOn: row.letterSentOn,
  letterMethod: row.letterMethod,
  letterDueOn: row.letterDueOn,
  letterLate: row.letterLate,
  newMeetingAt: row.newMeetingAt,
  newMeetingLate: newMeetingIsLate(localDateAt(row.newMeetingAt), row.missedOn),
  ...contactCounts(reminders),
  registeredBy: row.registeredBy as Person,
  registeredAt: row.registeredAt,
})

/** A re-summons with its contact log. */
export const reSummonsDocument = (row: ReSummonsRow, reminders: readonly ReminderRow[]) => ({
  ...listedReSummons(row, reminders),
  reminders: reminders.map(({ id, channel, at, reached, registeredBy, registeredAt }) => ({
    id,
    channel,
    at,
    ...present({ reached }),
    registeredBy: registeredBy as Person,
    registeredAt,
  })),
})
