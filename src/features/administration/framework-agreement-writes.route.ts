import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { ChangeAgreementBody, CreateAgreementBody, FrameworkAgreementSchema } from './framework-agreement.schema.ts'
import { changeAgreement, createAgreement } from './write-framework-agreement.ts'

const etag = { ETag: 'Of this version.' }

/** `POST /v1/framework-agreements` and `PATCH /v1/framework-agreements/{id}`. */
export const frameworkAgreementWrites = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/framework-agreements',
      operationId: 'createFrameworkAgreement',
      tag: 'Reference data',
      summary: 'Register a framework agreement',
      callers: ['administrator'],
      scope: 'portal.admin',
      body: CreateAgreementBody,
      answers: {
        201: {
          description: 'The agreement.',
          schema: FrameworkAgreementSchema,
          headers: { ...etag, Location: 'The agreement.' },
        },
      },
      problems: ['not-found', 'unknown-target-group'],
      example: {
        client: 'administrator',
        body: {
          supplierId: example.supplier,
          title: 'Rammeaftale om afklaring 2027',
          offers: [{ code: 'clarification', title: 'Afklaring' }],
          targetGroups: ['cash-benefit-activity-ready', 'resource-course'],
          validFrom: '2027-01-01',
          validTo: '2028-12-31',
          unitPriceOere: 42_500,
          budgetOere: 50_000_000,
        },
      },
    },
    (request) => createAgreement(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'PATCH',
      url: '/v1/framework-agreements/:id',
      operationId: 'changeFrameworkAgreement',
      tag: 'Reference data',
      summary: 'Change the end or the ceiling of a framework agreement',
      description:
        'The end is today or later; orders that were placed keep running. A ceiling of null takes it away; it cannot be lower than what the approved orders add up to.',
      callers: ['administrator'],
      scope: 'portal.admin',
      params: idParams,
      body: ChangeAgreementBody,
      answers: { 200: { description: 'The agreement.', schema: FrameworkAgreementSchema, headers: etag } },
      problems: ['validity-in-the-past', 'budget-below-commitment', 'if-match-required', 'precondition-failed'],
      example: {
        client: 'administrator',
        params: { id: example.agreement },
        headers: { 'if-match': '"1"' },
        body: { validTo: '2034-12-31' },
      },
    },
    (request) => changeAgreement(deps, request),
  )
}
