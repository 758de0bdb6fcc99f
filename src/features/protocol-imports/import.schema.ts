import { type Static, Type } from 'typebox'
import { By, Email, Id, InstantSchema, Name, oneOf, orNull, PersonName } from '#platform/http/common-schemas.ts'
import { FilePart } from '#platform/http/form-body.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { linesPattern } from '#platform/plain-text.ts'

/** Ours: as the conventions say of imports. Bytes. */
export const mostFileBytes = 10_485_760

const Month = Type.String({ format: 'month', description: 'YYYY-MM.' })
const Flag = oneOf(['true', 'false'])
const Reason = Type.Unsafe<string>({
  type: 'string',
  minLength: 1,
  maxLength: 1000,
  pattern: linesPattern,
  description: 'Why days of submitted months change, where a row does not say it itself.',
})

export const ImportForm = closed({
  file: FilePart('The filled-in template, CSV or XLSX by content.'),
  month: Type.Optional(
    Type.Unsafe<string>({
      ...Month,
      description: 'Days of other months are errors; by default the month of the first day.',
    }),
  ),
  dryRun: Type.Optional(
    Type.Unsafe<'true' | 'false'>({ ...Flag, description: '`true` checks everything and writes nothing.' }),
  ),
  correctionReason: Type.Optional(Reason),
  registeredBy: Type.Optional(By),
})
export type ImportUpload = Static<typeof ImportForm>

export const ImportQuery = closed({
  month: Type.Optional(Month),
  dryRun: Type.Optional(Flag),
  correctionReason: Type.Optional(Reason),
  registeredByName: Type.Optional(
    Type.Unsafe<string>({ ...PersonName, description: 'Of a file that is the whole body.' }),
  ),
  registeredByEmail: Type.Optional(Email),
})
export type ImportAsked = Static<typeof ImportQuery>

export const TemplateQuery = closed({
  month: Month,
  orderId: Type.Optional(Type.Unsafe<string>({ ...Id, description: 'Of one order alone.' })),
  after: Type.Optional(Type.Unsafe<string>({ ...Id, description: 'Continues after that order; see `Link`.' })),
})

export const ImportListQuery = closed(listQuery)

export const importStatuses = ['waiting', 'running', 'completed', 'rejected', 'failed'] as const

const Count = Type.Integer({ minimum: 0 })

const listed = {
  id: Id,
  status: Type.Unsafe<(typeof importStatuses)[number]>({
    ...oneOf(importStatuses),
    description:
      '`completed`: everything was written (with `dryRun`: could have been). `rejected`: see `errors`; nothing was written. `failed`: through no fault of the file; nothing was written.',
  }),
  dryRun: Type.Boolean(),
  month: orNull(Type.String()),
  format: oneOf(['csv', 'xlsx']),
  sha256: Type.String({ description: 'Of the file, in hexadecimal.' }),
  correctionReason: Type.Optional(Type.String()),
  registeredBy: closed({ name: Name, email: Type.Optional(Type.String()) }),
  arrivedAt: InstantSchema,
  startedAt: Type.Optional(InstantSchema),
  finishedAt: Type.Optional(InstantSchema),
  rowsRead: Type.Unsafe<number>({ ...Count, description: 'Below the headings.' }),
  rowsEmpty: Type.Unsafe<number>({
    ...Count,
    description: 'Of them, where nothing was filled in: days that are not reported.',
  }),
  rowsChecked: Type.Unsafe<number>({ ...Count, description: 'Of them, held against every rule so far.' }),
  daysWritten: Count,
  daysUnchanged: Type.Unsafe<number>({ ...Count, description: 'Days that stood like that already.' }),
  errorCount: Count,
}

export const ListedImportSchema = closed(listed)

export const ImportSchema = closed({
  ...listed,
  errors: Type.Array(
    closed({
      row: orNull(Type.Integer({ minimum: 1, description: 'The headings are row 1.' })),
      column: orNull(Type.String()),
      code: Type.String(),
      expected: Type.Optional(Type.String()),
      detail: Type.String(),
    }),
    { description: 'The first 500 of them, by row.' },
  ),
})
