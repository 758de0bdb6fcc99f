import { Type } from 'typebox'
import type { LocalDate } from '#kernel/local-date.ts'
import { By, FreeText, Id, InstantSchema, LocalDateSchema, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { requestedKinds } from '#rules/report/request-report.ts'
import { reportKinds } from '#rules/report/template.ts'

const Text = Type.Unsafe<string>({ ...FreeText, pattern: String.raw`\S` })
const Person = closed({ name: Name, email: Type.Optional(Type.String()) })

export const ReturnReportBody = closed({
  reason: Text,
  dueOn: Type.Unsafe<LocalDate>({ ...LocalDateSchema, description: 'When the next version is due; today or later.' }),
  returnedBy: By,
})

/** What a return answers with: its reason is shown when the report is read. */
export const ReturnReceiptSchema = closed({
  id: Id,
  orderId: Id,
  kind: oneOf(reportKinds),
  status: oneOf(['returned']),
  version: Type.Integer({ minimum: 1, description: 'The version that was returned.' }),
  dueOn: LocalDateSchema,
  returnedBy: Person,
  returnedAt: InstantSchema,
})

export const RequestReportBody = closed({
  kind: oneOf(requestedKinds),
  dueOn: LocalDateSchema,
  text: Type.Optional(Type.Unsafe<string>({ ...Text, description: 'What it is wanted for, and what it should hold.' })),
  templateId: Type.Optional(
    Type.Unsafe<string>({ ...Id, description: 'Instead of the template that the order or its agreement names.' }),
  ),
  requestedBy: By,
})

const receipt = {
  id: Id,
  orderId: Id,
  kind: oneOf(requestedKinds),
  dueOn: Type.Unsafe<string>({
    ...LocalDateSchema,
    description: 'As it was asked for; where the duty stands by now, its obligation says, whose subject is this id.',
  }),
  templateId: Type.Optional(Id),
  requestedBy: Person,
  requestedAt: InstantSchema,
}
/** What a request answers with: its text is shown when it is read. */
export const RequestReceiptSchema = closed(receipt)
export const RequestSchema = closed({
  ...receipt,
  text: Type.Optional(Type.String()),
  reportId: orNull(
    Type.Unsafe<string>({ ...Id, description: 'The report that answers it; null while there is none.' }),
  ),
})

export const RequestsQuery = closed(listQuery)
