import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { Id, LocalDateSchema, orNull } from '#platform/http/common-schemas.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { demand, HttpProblem, missing } from '#platform/http/problems/problem.ts'
import { type Answer, closed, defineRoute, type PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { beginsAlone, notInThePast, placeVersion } from '#rules/reference-data/dated-versions.ts'
import { recordAdministration, registeredBy, takeTurns } from './administration-change.ts'

const Recipient = Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
  description: 'A benefits office or a jobcenter; null: the ordering jobcenter itself.',
})
const RoutingPolicy = closed({
  id: Id,
  targetGroup: Type.String(),
  recipientId: Recipient,
  because: Type.String({ description: 'A section of the source, or the name of a reading of ours.' }),
  validFrom: LocalDateSchema,
  validTo: orNull(LocalDateSchema),
})
const Body = closed({
  targetGroup: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,99}$' }),
  recipientId: Recipient,
  because: Type.Optional(Type.String({ pattern: '^(§ [0-9]{1,2}|[a-z0-9-]{1,100})$' })),
  validFrom: LocalDateSchema,
  registeredBy,
})
const shown = ['id', 'targetGroup', 'recipientId', 'because', 'validFrom', 'validTo'] as const

const demandRecipient = async (trx: Trx, id: string | null): Promise<void> => {
  if (id === null) return
  const found = await trx.selectFrom('organisations').select('kinds').where('id', '=', id).executeTakeFirst()
  const receives = found?.kinds.some((kind) => kind === 'benefits-office' || kind === 'jobcenter')
  if (!receives) throw missing('/recipientId')
}

/** A new recipient of a target group from a day on; the policy before ends the day before (§ 7, § 8). */
const addPolicy = (deps: Deps, request: PortalRequest<Static<typeof Body>>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { targetGroup, recipientId, validFrom } = request.body
    await takeTurns(trx, `routing-policy ${targetGroup}`)
    const group = await trx
      .selectFrom('codeValues')
      .select('code')
      .where('setName', '=', 'target-groups')
      .where('code', '=', targetGroup)
      .executeTakeFirst()
    if (!group) throw new HttpProblem('unknown-target-group')
    await demandRecipient(trx, recipientId)
    const policies = await trx
      .selectFrom('routingPolicies')
      .select(shown)
      .where('targetGroup', '=', targetGroup)
      .execute()
    demand(
      firstRefusal(
        () => notInThePast(validFrom, localDateAt(request.arrivedAt)),
        () => beginsAlone(validFrom, policies),
      ),
    )
    const { closes, validTo } = placeVersion(validFrom, policies)
    if (closes) {
      const former = closes.version.id
      await trx.updateTable('routingPolicies').set({ validTo: closes.validTo }).where('id', '=', former).execute()
    }
    const because = request.body.because ?? (recipientId === null ? 'ordering-jobcenter' : 'routing-policy')
    const policy = await trx
      .insertInto('routingPolicies')
      .values({ id: newId(), targetGroup, recipientId, because, validFrom, validTo })
      .returning(shown)
      .executeTakeFirstOrThrow()
    await recordAdministration(trx, request, {
      action: 'version-added',
      entity: 'routing-policy',
      entityId: policy.id,
      changes: { targetGroup, recipientId, validFrom, validTo, closed: closes?.version.id ?? null },
    })
    return { status: 201, body: policy }
  })

const listRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/routing-policies',
      operationId: 'listRoutingPolicies',
      tag: 'Reference data',
      summary: 'Where the absences of each target group go',
      callers: organisationKinds,
      scope: 'portal.read',
      query: closed({
        ...listQuery,
        targetGroup: Type.Optional(Type.String({ maxLength: 100 })),
        on: Type.Optional(LocalDateSchema),
      }),
      answers: { 200: { description: 'A page of policies, every version.', schema: pageOf(RoutingPolicy) } },
      problems: ['invalid-cursor'],
      example: { client: 'administrator', query: { on: '2026-03-13' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { targetGroup, on, cursor } = request.query
        const limit = pageSize(request.query.limit)
        const after = idAfter(cursor)
        let policies = trx.selectFrom('routingPolicies').select(shown)
        if (targetGroup !== undefined) policies = policies.where('targetGroup', '=', targetGroup)
        if (on !== undefined) {
          policies = policies
            .where('validFrom', '<=', on)
            .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', on)]))
        }
        if (after !== undefined) policies = policies.where('id', '>', after)
        const rows = await policies
          .orderBy('id')
          .limit(limit + 1)
          .execute()
        const { publicUrl } = deps
        return pageAnswer({ rows, limit, position: (row) => row.id, item: (row) => row, publicUrl, url: request.url })
      }),
  )

/** `/v1/routing-policies`: who hears of a target group's absences, from when on. */
export const routingPolicyRoutes = (app: FastifyInstance, deps: Deps): void => {
  listRoute(app, deps)
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/routing-policies',
      operationId: 'addRoutingPolicy',
      tag: 'Reference data',
      summary: 'Send the absences of a target group elsewhere, from a day on',
      description:
        'From today or later, and within seconds of it. The policy before ends the day before. An absence follows the policy of its own date; what was told stays told.',
      callers: ['administrator'],
      scope: 'portal.admin',
      body: Body,
      answers: { 201: { description: 'The policy.', schema: RoutingPolicy } },
      problems: ['not-found', 'unknown-target-group', 'validity-in-the-past', 'version-already-there'],
      example: {
        client: 'administrator',
        body: { targetGroup: 'education-benefit', recipientId: null, validFrom: '2026-07-01' },
      },
    },
    (request) => addPolicy(deps, request),
  )
}
