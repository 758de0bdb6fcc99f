import { type Static, Type } from 'typebox'
import { By, FreeText, Id, InstantSchema, Name, oneOf } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

const Kind = oneOf(['hospitalised', 'travelling', 'imprisoned', 'other'])

export const CreateNoticeBody = closed({
  kind: Kind,
  text: Type.Unsafe<string>({ ...FreeText, pattern: String.raw`\S` }),
  registeredBy: By,
})
export type CreateNotice = Static<typeof CreateNoticeBody>

const receipt = {
  id: Id,
  orderId: Id,
  kind: Kind,
  registeredAt: InstantSchema,
  registeredBy: closed({ name: Name, email: Type.Optional(Type.String()) }),
}

/** What the supplier is answered with; the text is shown by the list alone. */
export const NoticeReceiptSchema = closed(receipt)
export const NoticeSchema = closed({ ...receipt, text: Type.String() })

export const NoticeQuery = closed(listQuery)
