/** Every type of event, with what it says, in the words of the documentation. */
export const eventTypes = {
  'order.placed': 'An order was approved and placed with the supplier.',
  'order.amended': 'The jobcenter changed an approved order.',
  'order.cancelled': 'An order was cancelled before its course began.',
  'activity.proposed': 'The supplier proposed an activity.',
  'activity.approved': 'The jobcenter approved an activity.',
  'activity.rejected': 'The jobcenter rejected an activity.',
  'first-meeting.missed': 'The citizen did not come to the first meeting.',
  'first-meeting.re-summoned': 'The citizen was summoned again.',
  'first-meeting.missed-again': 'The citizen stayed away again.',
  'first-meeting.attended': 'The citizen came to the first meeting.',
  'first-meeting.outcome-withdrawn': 'What was told of a first meeting was an error and is taken back.',
  'absence.registered': 'An absence was registered.',
  'absence.withdrawn': 'An absence registration was withdrawn or replaced.',
  'absence.repeated': 'Absences on an order repeat.',
  'leave.approved': 'The jobcenter approved leave, or withdrew leave again (`withdrawn`).',
  'notice.created': 'The supplier gave important information about a citizen.',
  'contact-request.created': 'The benefits office asks the supplier to contact a citizen.',
  'contact-request.answered': 'The supplier answered a contact request.',
  'attendance-protocol.submitted': "A month's attendance protocol was submitted.",
  'report.submitted': 'A report was submitted.',
  'report.returned': 'The jobcenter returned a report.',
  'course.ended': 'A course ended.',
  'obligation.due-soon': 'A duty is due soon.',
  'obligation.overdue': 'A duty is overdue.',
  'webhook-endpoint.paused':
    'Nothing is posted to a webhook endpoint of yours any more (`because`: it is `gone` or kept `failing`).',
  'invoice.submitted': 'An invoice was submitted.',
  'invoice.decided': 'An invoice was approved or rejected.',
} as const

export type EventType = keyof typeof eventTypes

export const isEventType = (text: string): text is EventType => Object.hasOwn(eventTypes, text)
