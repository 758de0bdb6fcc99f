import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { createImport } from './create-import.ts'
import { getTemplate } from './get-template.ts'
import {
  ImportForm,
  ImportListQuery,
  ImportQuery,
  ImportSchema,
  ListedImportSchema,
  mostFileBytes,
  TemplateQuery,
} from './import.schema.ts'
import { getImport, listImports } from './read-imports.ts'

/** Imports of a whole month's attendance for many citizens (§ 5). */
export const protocolImports = (app: FastifyInstance, deps: Deps): void => {
  const callers = ['supplier'] as const
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/protocol-imports/template',
      operationId: 'getProtocolImportTemplate',
      tag: 'Protocols',
      summary: "The template of a month, with the month's planned days filled in",
      description:
        'CSV, or XLSX when `Accept` prefers it: one row for each planned day and activity that needs attendance, with what is recorded already; a workbook lists the valid codes on its second sheet. At most 20,000 rows, of whole orders; `Link` with `rel="next"` leads to the rest. The look-up is logged.',
      callers,
      scope: 'portal.read',
      query: TemplateQuery,
      media: [fileTypes.csv, fileTypes.xlsx],
      answers: {
        200: {
          description: 'The template, as an attachment.',
          headers: { Link: 'The rest of the month, where there is more.', 'Content-Disposition': 'An attachment.' },
        },
      },
      problems: ['not-found'],
      example: { client: 'supplier-nord', query: { month: '2026-03' } },
    },
    (request) => getTemplate(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/protocol-imports',
      operationId: 'createProtocolImport',
      tag: 'Protocols',
      summary: "Import a month's attendance of many citizens",
      description:
        'The filled-in template as a form, or as the whole body with `month`, `dryRun`, `correctionReason`, `registeredByName` and `registeredByEmail` in the query. At most 10 MiB and 20,000 rows; semicolons, commas or tabs, UTF-8, UTF-16 or Windows-1252. The worker reads and checks all of it and writes all of it or nothing: poll the import until it is over. Rows in which nothing is filled in are days that are not reported. A day counts as recorded when this request arrived.',
      callers,
      scope: 'portal.write',
      form: { schema: ImportForm, maxFileBytes: mostFileBytes, rawTypes: [fileTypes.csv, fileTypes.xlsx] },
      query: ImportQuery,
      answers: {
        202: {
          description: 'It waits for a worker.',
          schema: ImportSchema,
          headers: { Location: 'The import, to poll.', 'Retry-After': 'When to ask.' },
        },
      },
      problems: ['invalid-request', 'import-file-not-allowed', 'too-many-imports'],
      example: {
        client: 'supplier-nord',
        body: { file: example.smallImport, dryRun: 'true', registeredBy: { name: 'Liv Leverandør' } },
      },
    },
    (request) => createImport(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/protocol-imports',
      operationId: 'listProtocolImports',
      tag: 'Protocols',
      summary: 'The own imports',
      description: 'The first one first, without their errors.',
      callers,
      scope: 'portal.read',
      query: ImportListQuery,
      answers: { 200: { description: 'A page of imports.', schema: pageOf(ListedImportSchema) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord' },
    },
    (request) => listImports(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/protocol-imports/:id',
      operationId: 'getProtocolImport',
      tag: 'Protocols',
      summary: 'How far an import is, and what is wrong with its file',
      description:
        'Errors name the row (the headings are row 1) and the column; their words are Danish with `Accept-Language: da`. `expected` is what the portal knows to be right: planned minutes, valid codes, the first and last day. Values of the file are not said back.',
      callers,
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: {
          description: 'The import.',
          schema: ImportSchema,
          headers: { ETag: 'Of what is answered.', 'Retry-After': 'When to ask again, while it is under way.' },
        },
      },
      example: { client: 'supplier-nord', params: { id: '$protocolImport' } },
    },
    (request) => getImport(deps, request),
  )
}
