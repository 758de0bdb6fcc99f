import { Type } from 'typebox'
import { AbsenceSchema } from '#features/absences/lookups.ts'
import { DocumentSchema } from '#features/documents/lookups.ts'
import { FirstMeetingCaseSchema } from '#features/first-meetings/lookups.ts'
import { ObligationSchema } from '#features/obligations/lookups.ts'
import { OrderSchema, PlanSchema } from '#features/orders/lookups.ts'
import { ProtocolSchema } from '#features/protocols/lookups.ts'
import { ListedReportSchema } from '#features/reports/lookups.ts'
import { Id, oneOf } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { coursePhases } from '#rules/inspection/control-points.ts'
import { PointOfCourseSchema } from '../inspection.schema.ts'

const { month, status, version, submittedAt, stale, staleSince, staleDates, staleBecause } = ProtocolSchema.properties

/** The pack of a drawn course. */
export const PackSchema = closed({
  inspectionId: Id,
  orderId: Id,
  phase: oneOf(coursePhases),
  citizen: closed({ id: Id, name: Type.String() }),
  order: OrderSchema,
  plan: PlanSchema,
  firstMeeting: FirstMeetingCaseSchema,
  focusAreas: Type.Array(Type.Object({}, { additionalProperties: true }), {
    description: 'As they were put last, with their start assessments (§ 2).',
  }),
  protocols: Type.Array(ProtocolSchema, { description: 'Each month as it stands now (§ 5).' }),
  absences: Type.Array(AbsenceSchema, { description: 'Withdrawn ones too.' }),
  documents: Type.Array(DocumentSchema, { description: 'Without their bytes.' }),
  reports: Type.Array(ListedReportSchema, { description: 'When they were due and came.' }),
  obligations: Type.Array(ObligationSchema, { description: 'With their state now.' }),
  attendanceDifferences: Type.Array(closed({ month, ...ProtocolSchema.properties.differences.items.properties }), {
    description: 'Where the two registers differ, unexplained.',
  }),
  staleness: Type.Array(closed({ month, status, version, submittedAt, stale, staleSince, staleDates, staleBecause }), {
    description: 'Of each month, whether something changed since its latest version.',
  }),
  controlPoints: Type.Array(PointOfCourseSchema),
})
