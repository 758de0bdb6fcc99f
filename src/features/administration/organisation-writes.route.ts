import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { ChangeOrganisationBody, CreateOrganisationBody, OrganisationSchema } from './organisation.schema.ts'
import { changeOrganisation, createOrganisation } from './write-organisation.ts'

const etag = { ETag: 'Of this version.' }

/** `POST /v1/organisations` and `PATCH /v1/organisations/{id}`. */
export const organisationWrites = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/organisations',
      operationId: 'createOrganisation',
      tag: 'Reference data',
      summary: 'Register an organisation',
      callers: ['administrator'],
      scope: 'portal.admin',
      body: CreateOrganisationBody,
      answers: {
        201: {
          description: 'The organisation.',
          schema: OrganisationSchema,
          headers: { ...etag, Location: 'The organisation.' },
        },
      },
      problems: ['organisation-incoherent'],
      example: {
        client: 'administrator',
        body: {
          name: 'Leverandør Øst ApS',
          kinds: ['supplier'],
          supplierKind: 'external',
          secureEmail: 'oest@sikkermail.example',
          contactPersons: [{ name: 'Ole Østergaard', email: 'ole@leverandoer-oest.example' }],
          deliveryAddresses: [{ address: 'Østvej 1, 2100 København Ø' }],
          registeredBy: { name: 'Fie Forvalter' },
        },
      },
    },
    (request) => createOrganisation(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'PATCH',
      url: '/v1/organisations/:id',
      operationId: 'changeOrganisation',
      tag: 'Reference data',
      summary: 'Change an organisation',
      description:
        'What is absent stays, null removes, lists are replaced as a whole: what keeps its `id` is changed, what has none is added, the rest is removed. An address that orders or activities name is neither removed nor reworded, and an organisation stays the supplier or jobcenter of its drafts and approved orders.',
      callers: ['administrator'],
      scope: 'portal.admin',
      params: idParams,
      body: ChangeOrganisationBody,
      answers: { 200: { description: 'The organisation.', schema: OrganisationSchema, headers: etag } },
      problems: [
        'organisation-incoherent',
        'administration-locks-itself-out',
        'delivery-address-in-use',
        'organisation-kind-in-use',
        'if-match-required',
        'precondition-failed',
      ],
      example: {
        client: 'administrator',
        params: { id: example.supplier },
        headers: { 'if-match': '"1"' },
        body: { secureEmail: 'ny@sikkermail.example', subcontractors: [{ name: 'Underleverandør ApS' }] },
      },
    },
    (request) => changeOrganisation(deps, request),
  )
}
