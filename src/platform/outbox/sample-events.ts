import type { NewEvent } from './append-event.ts'
import type { EventType } from './event-types.ts'

/** What an event carries, as the feature that writes it puts it together. */
export type SampleEvent = Pick<NewEvent, 'data' | 'path'>

/** Identifiers that nobody has: their time is that of 1970. */
const id = (kind: number): string => `00000000-0000-7000-8000-${String(kind).padStart(12, '0')}`

const orderId = id(1)
const activityId = id(2)
const absenceId = id(3)
const reSummonsId = id(4)
const leaveId = id(5)
const noticeId = id(6)
const contactRequestId = id(7)
const reportId = id(8)
const obligationId = id(9)
const invoiceId = id(10)
const endpointId = id(11)
const amendmentId = id(12)

const order = `/v1/orders/${orderId}`
const activity = { data: { orderId, activityId }, path: `${order}/activities` }
const absence = { data: { orderId, absenceId, date: '2026-03-02' }, path: `/v1/absences/${absenceId}` }
const contact = `/v1/contact-requests/${contactRequestId}`
const obligation = (kind: string) => ({
  data: { orderId, obligationId, kind, dueOn: '2026-03-09' },
  path: `/v1/obligations/${obligationId}`,
})
const invoice = { data: { orderId, invoiceId }, path: `/v1/invoices/${invoiceId}` }

/** One event of every type, about things that there are not, with the members that a real one has. */
export const sampleEvents: Readonly<Record<EventType, SampleEvent>> = {
  'order.placed': { data: { orderId }, path: order },
  'order.amended': { data: { orderId, amendmentId, changed: 'endDate,orderedMinutes' }, path: order },
  'order.cancelled': { data: { orderId, cause: 'ordered-in-error' }, path: order },
  'activity.proposed': activity,
  'activity.approved': activity,
  'activity.rejected': activity,
  'first-meeting.missed': { data: { orderId, missedOn: '2026-03-02' }, path: `${order}/first-meeting` },
  'first-meeting.re-summoned': {
    data: {
      orderId,
      reSummonsId,
      missedOn: '2026-03-02',
      letterSentOn: '2026-03-03',
      letterLate: false,
      newMeetingOn: '2026-03-16',
    },
    path: `/v1/re-summons/${reSummonsId}`,
  },
  'first-meeting.missed-again': {
    data: {
      orderId,
      reSummonsId,
      missedOn: '2026-03-16',
      timesMissed: 2,
      letterSentOn: '2026-03-03',
      contactAttempts: 2,
      reached: 0,
    },
    path: `/v1/re-summons/${reSummonsId}`,
  },
  'first-meeting.attended': { data: { orderId, on: '2026-03-02' }, path: order },
  'first-meeting.outcome-withdrawn': {
    data: { orderId, outcome: 'missed', on: '2026-03-02' },
    path: `${order}/first-meeting`,
  },
  'absence.registered': absence,
  'absence.withdrawn': absence,
  'absence.repeated': { data: { orderId, count: 3, from: '2026-03-02', to: '2026-03-04' }, path: order },
  'leave.approved': {
    data: { orderId, leaveId, from: '2026-03-16', to: '2026-03-17' },
    path: `${order}/leave-approvals`,
  },
  'notice.created': { data: { orderId, noticeId }, path: `${order}/notices` },
  'contact-request.created': { data: { orderId, contactRequestId, dueOn: '2026-03-09' }, path: contact },
  'contact-request.answered': { data: { orderId, contactRequestId }, path: contact },
  'attendance-protocol.submitted': {
    data: { orderId, month: '2026-02', version: 1, incomplete: false },
    path: `${order}/protocols/2026-02`,
  },
  'report.submitted': { data: { orderId, reportId, kind: 'final', version: 1 }, path: `/v1/reports/${reportId}` },
  'report.returned': {
    data: { orderId, reportId, kind: 'final', version: 1, dueOn: '2026-03-09' },
    path: `/v1/reports/${reportId}`,
  },
  'course.ended': { data: { orderId, endedOn: '2026-03-13', courseStatus: 'ended' }, path: order },
  'obligation.due-soon': obligation('final-report'),
  'obligation.overdue': obligation('final-report'),
  'webhook-endpoint.paused': {
    data: { endpointId, because: 'failing' },
    path: `/v1/webhook-endpoints/${endpointId}`,
  },
  'invoice.submitted': invoice,
  'invoice.decided': { ...invoice, data: { ...invoice.data, decision: 'approved' } },
}
