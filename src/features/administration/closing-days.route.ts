import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import { addDays, isLocalDate } from '#kernel/local-date.ts'
import type { Deps } from '#platform/deps.ts'
import { Id, idParams, LocalDateSchema, Name, orNull } from '#platform/http/common-schemas.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { present } from '#platform/http/present.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import { type Answer, closed, defineRoute, type PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { notInThePast } from '#rules/reference-data/dated-versions.ts'
import { recordAdministration, registeredBy } from './administration-change.ts'

const ClosingDay = closed({
  id: Id,
  date: Type.Optional(LocalDateSchema),
  monthDay: Type.Optional(Type.String({ description: 'Every year on that day, MM-DD.' })),
  labels: closed({ da: Type.String(), en: Type.String() }),
  validFrom: LocalDateSchema,
  validTo: orNull(LocalDateSchema),
})
const Body = closed(
  {
    date: Type.Optional(LocalDateSchema),
    monthDay: Type.Optional(Type.String({ pattern: String.raw`^\d{2}-\d{2}$` })),
    labels: closed({ da: Name, en: Name }),
    validFrom: Type.Optional(LocalDateSchema),
    registeredBy,
  },
  { oneOf: [{ required: ['date'] }, { required: ['monthDay', 'validFrom'] }] },
)
const shown = ['id', 'date', 'monthDay', 'labelDa', 'labelEn', 'validFrom', 'validTo'] as const

type Row = {
  id: string
  date: string | null
  monthDay: string | null
  labelDa: string
  labelEn: string
  validFrom: string
  validTo: string | null
}
const document = ({ labelDa, labelEn, validTo, ...row }: Row) => ({
  ...present(row),
  labels: { da: labelDa, en: labelEn },
  validTo,
})

/** Ours: a new closing day counts for what is reckoned from then on; a duty that is open keeps its date. */
const addClosingDay = (deps: Deps, request: PortalRequest<Static<typeof Body>>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { date, monthDay, labels } = request.body
    const today = localDateAt(request.arrivedAt)
    const validFrom = request.body.validFrom ?? date ?? today
    demand(notInThePast(date ?? validFrom, today))
    demand(notInThePast(validFrom, today))
    if (date !== undefined && validFrom > date) {
      throw invalid('/validFrom', 'after-date', { da: 'Ligger efter date.', en: 'Lies after date.' })
    }
    if (monthDay !== undefined && !isLocalDate(`2024-${monthDay}`)) {
      throw invalid('/monthDay', 'no-such-day', { da: 'Findes ikke.', en: 'There is no such day.' })
    }
    const row = await trx
      .insertInto('closingDays')
      .values({
        id: newId(),
        date: date ?? null,
        monthDay: monthDay ?? null,
        labelDa: labels.da,
        labelEn: labels.en,
        validFrom,
        createdAt: request.arrivedAt,
      })
      .returning(shown)
      .executeTakeFirstOrThrow()
    await recordAdministration(trx, request, {
      action: 'created',
      entity: 'closing-day',
      entityId: row.id,
      changes: { date: row.date, monthDay: row.monthDay, validFrom },
    })
    return { status: 201, body: document(row) }
  })

/** A yearly day ends yesterday, so that what was reckoned with it can be reckoned again; one that lies ahead goes. */
const endClosingDay = (deps: Deps, request: PortalRequest<undefined, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const today = localDateAt(request.arrivedAt)
    const found = await trx
      .selectFrom('closingDays')
      .select(shown)
      .where('id', '=', request.params.id)
      .forUpdate()
      .executeTakeFirst()
    if (!found || (found.validTo !== null && found.validTo < today)) throw new HttpProblem('not-found')
    if (found.date !== null) demand(notInThePast(found.date, today))
    const ends = found.date === null && found.validFrom < today
    await (ends
      ? trx
          .updateTable('closingDays')
          .set({ validTo: addDays(today, -1) })
          .where('id', '=', found.id)
          .execute()
      : trx.deleteFrom('closingDays').where('id', '=', found.id).execute())
    await recordAdministration(trx, request, {
      action: ends ? 'ended' : 'removed',
      entity: 'closing-day',
      entityId: found.id,
      changes: { date: found.date, monthDay: found.monthDay, validTo: ends ? addDays(today, -1) : null },
    })
    return { status: 204 }
  })

const listRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/closing-days',
      operationId: 'listClosingDays',
      tag: 'Reference data',
      summary: 'The days on which the administration is closed',
      description: 'Beside weekends and public holidays; those that ended too.',
      callers: organisationKinds,
      scope: 'portal.read',
      query: closed(listQuery),
      answers: { 200: { description: 'A page of closing days.', schema: pageOf(ClosingDay) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', query: { limit: 10 } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const limit = pageSize(request.query.limit)
        const after = idAfter(request.query.cursor)
        const rows = await trx
          .selectFrom('closingDays')
          .select(shown)
          .$if(after !== undefined, (q) => q.where('id', '>', after as string))
          .orderBy('id')
          .limit(limit + 1)
          .execute()
        const { publicUrl } = deps
        return pageAnswer({ rows, limit, position: (row) => row.id, item: document, publicUrl, url: request.url })
      }),
  )

/** `/v1/closing-days`: which days are no working days beside weekends and public holidays. */
export const closingDayRoutes = (app: FastifyInstance, deps: Deps): void => {
  listRoute(app, deps)
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/closing-days',
      operationId: 'addClosingDay',
      tag: 'Reference data',
      summary: 'Add a closing day',
      description:
        'One date, or every year on a day from `validFrom` on; today or later. Duties that are open already keep their dates.',
      callers: ['administrator'],
      scope: 'portal.admin',
      body: Body,
      answers: { 201: { description: 'The closing day.', schema: ClosingDay } },
      problems: ['validity-in-the-past'],
      example: {
        client: 'administrator',
        body: { date: '2026-05-15', labels: { da: 'Lukkedag efter Kristi himmelfart', en: 'Day after Ascension' } },
      },
    },
    (request) => addClosingDay(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'DELETE',
      url: '/v1/closing-days/:id',
      operationId: 'endClosingDay',
      tag: 'Reference data',
      summary: 'End a yearly closing day, or remove one that lies ahead',
      description: 'A date that has passed stays. Duties that are open already keep their dates.',
      callers: ['administrator'],
      scope: 'portal.admin',
      params: idParams,
      answers: { 204: { description: 'It no longer applies.' } },
      problems: ['validity-in-the-past'],
      example: { client: 'administrator', params: { id: '01890000-0000-7000-8000-0000000e0001' } },
    },
    (request) => endClosingDay(deps, request as PortalRequest<undefined, { id: string }>),
  )
}
