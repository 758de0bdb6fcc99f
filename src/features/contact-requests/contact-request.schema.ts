import { type Static, Type } from 'typebox'
import { By, FreeText, Id, InstantSchema, LocalDateSchema, Name } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

const Text = Type.Unsafe<string>({ ...FreeText, pattern: String.raw`\S` })
const Person = closed({ name: Name, email: Type.Optional(Type.String()) })

export const CreateContactRequestBody = closed({ text: Text, registeredBy: By })
export type CreateContactRequest = Static<typeof CreateContactRequestBody>

export const AnswerContactRequestBody = closed({
  reached: Type.Boolean({ description: 'Whether the supplier got hold of the citizen.' }),
  text: Text,
  registeredBy: By,
})
export type AnswerContactRequest = Static<typeof AnswerContactRequestBody>

const receipt = {
  id: Id,
  orderId: Id,
  benefitsOfficeId: Id,
  dueOn: LocalDateSchema,
  registeredAt: InstantSchema,
  registeredBy: Person,
}
const response = { reached: Type.Boolean(), respondedAt: InstantSchema, registeredBy: Person }

/** What a write answers with: the texts are shown when it is read. */
export const ContactRequestReceiptSchema = closed({ ...receipt, response: Type.Optional(closed(response)) })
export const ContactRequestSchema = closed({
  ...receipt,
  text: Type.String(),
  response: Type.Optional(closed({ ...response, text: Type.String() })),
})

export const ContactRequestQuery = closed(listQuery)
