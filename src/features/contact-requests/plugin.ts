import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { answerContactRequest } from './answer-contact-request.ts'
import {
  AnswerContactRequestBody,
  ContactRequestQuery,
  ContactRequestReceiptSchema,
  ContactRequestSchema,
  CreateContactRequestBody,
} from './contact-request.schema.ts'
import { createContactRequest } from './create-contact-request.ts'
import { getContactRequest, listContactRequests } from './read-contact-requests.ts'

const etag = { ETag: 'The version.' }
const readers = ['supplier', 'jobcenter', 'benefits-office'] as const

const writes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/contact-requests',
      operationId: 'createContactRequest',
      tag: 'Orders',
      summary: 'Ask the supplier to get hold of a citizen',
      description:
        'Due the same day, or the next working day if it came on none (obligation `contact-request`). The text is encrypted and shown to the office, the supplier and the jobcenter alone.',
      callers: ['benefits-office'],
      scope: 'portal.write',
      params: idParams,
      body: CreateContactRequestBody,
      answers: {
        201: {
          description: 'The request, without its text.',
          schema: ContactRequestReceiptSchema,
          headers: { ...etag, Location: 'The request.' },
        },
      },
      problems: ['order-state'],
      example: {
        client: 'k-kassen',
        params: { id: example.order },
        body: {
          text: 'Vi kan ikke få fat i borgeren; bed vedkommende ringe til os.',
          registeredBy: { name: 'Kaja Kasse' },
        },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => createContactRequest(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/contact-requests/:id/response',
      operationId: 'answerContactRequest',
      tag: 'Orders',
      summary: 'Tell whether the citizen was reached',
      description: 'Once; whoever asked is told, and the obligation is met, late or not.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: AnswerContactRequestBody,
      answers: {
        200: { description: 'The request, without its texts.', schema: ContactRequestReceiptSchema, headers: etag },
      },
      problems: ['contact-request-already-answered'],
      example: {
        client: 'supplier-nord',
        params: { id: '$contactRequest' },
        body: { reached: true, text: 'Borgeren ringer i dag.', registeredBy: { name: 'Liv Leverandør' } },
      },
    },
    (request) => answerContactRequest(deps, request),
  )
}

const reads = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/contact-requests',
      operationId: 'listContactRequests',
      tag: 'Orders',
      summary: 'The contact requests of an order',
      description: 'With their texts and answers; the look-up is logged.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: ContactRequestQuery,
      answers: { 200: { description: 'A page of contact requests.', schema: pageOf(ContactRequestSchema) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listContactRequests(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/contact-requests/:id',
      operationId: 'getContactRequest',
      tag: 'Orders',
      summary: 'Read a contact request',
      description: 'With its text and answer; the look-up is logged.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The request.', schema: ContactRequestSchema, headers: etag } },
      example: { client: 'k-kassen', params: { id: '$contactRequest' } },
    },
    (request) => getContactRequest(deps, request),
  )
}

/** What a benefits office asks a supplier to do, and what became of it (§ 8). */
export const contactRequests = (app: FastifyInstance, deps: Deps): void => {
  writes(app, deps)
  reads(app, deps)
}
