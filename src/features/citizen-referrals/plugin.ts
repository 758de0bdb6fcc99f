import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { defineRoute } from '#platform/http/route.ts'
import { CitizenReferralBody, CitizenReferralSchema, referCitizen } from './refer-citizen.ts'

/** Asking a citizen who comes back after an absence to call K-kassen (§ 8). */
export const citizenReferrals = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/absences/:id/citizen-referral',
      operationId: 'referCitizen',
      tag: 'Absences',
      summary: 'Record that the citizen was asked to call K-kassen',
      description:
        'When a citizen comes back, the supplier asks them that day to call K-kassen on 82 56 41 00 (§ 8; obligation `refer-citizen`). Once for each absence that a benefits office received; it also serves the citizen’s earlier absences.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: CitizenReferralBody,
      answers: { 201: { description: 'The referral.', schema: CitizenReferralSchema } },
      problems: [
        'absence-already-withdrawn',
        'citizen-already-referred',
        'referral-not-needed',
        'referral-date-invalid',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: '$absence' },
        body: { on: '2026-03-13', registeredBy: { name: 'Liv Leverandør' } },
      },
    },
    (request) => referCitizen(deps, request),
  )
