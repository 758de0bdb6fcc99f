import { type SqlBool, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { lockAbsence } from '#features/absences/lookups.ts'
import { meetObligations } from '#features/obligations/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { By, Id, InstantSchema, LocalDateSchema, Name } from '#platform/http/common-schemas.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import { type Answer, closed, type PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { citizenReferralRules, wentToBenefitsOffice } from '#rules/referral/citizen-referral.ts'
import type { Recipient } from '#rules/routing/absence-recipients.ts'

export const CitizenReferralBody = closed({
  on: Type.Unsafe<LocalDate>({ ...LocalDateSchema, description: 'When the citizen was asked to call.' }),
  registeredBy: By,
})

export const CitizenReferralSchema = closed({
  id: Id,
  absenceId: Id,
  orderId: Id,
  on: LocalDateSchema,
  registeredAt: InstantSchema,
  registeredBy: closed({ name: Name, email: Type.Optional(Type.String()) }),
})

/** Which of some organisations are benefits offices. */
const benefitsOffices = async (trx: Trx, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const rows = await trx
    .selectFrom('organisations')
    .select('id')
    .where(sql<SqlBool>`id = any (${[...ids]}::uuid[])`)
    .where(sql<SqlBool>`'benefits-office' = any (kinds)`)
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** The citizen's earlier registrations with this supplier whose duty to refer is still open: the same talk serves them. */
const servedToo = (trx: Trx, absence: { supplierId: string; citizenId: string }, on: LocalDate) =>
  trx
    .selectFrom('obligations as b')
    .innerJoin('absences as a', (join) =>
      join.on(sql<SqlBool>`a.id = case when b.kind = 'refer-citizen' then b.subject::uuid end`),
    )
    .select(['b.orderId', 'b.subject'])
    .where('b.kind', '=', 'refer-citizen')
    .where('b.metAt', 'is', null)
    .where('b.waivedAt', 'is', null)
    .where('b.orderId', 'in', (eb) =>
      eb
        .selectFrom('orders')
        .select('id')
        .where('citizenId', '=', absence.citizenId)
        .where('supplierId', '=', absence.supplierId),
    )
    .where('a.date', '<=', on)
    .orderBy('b.id')
    .execute()

/**
 * § 8: the supplier asked the citizen to call K-kassen, and records it on the absence. Ours: asking once serves every
 * absence of the citizen up to that day, so the duties of all of them are met; late or not follows from the arrival.
 */
export const referCitizen = (
  deps: Deps,
  request: PortalRequest<Static<typeof CitizenReferralBody>, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const supplierId = request.caller.organisation.id
    const absence = await lockAbsence(trx, supplierId, request.params.id)
    const { orderId } = absence
    const { on, registeredBy } = request.body
    const { arrivedAt } = request
    const routedTo = absence.routedTo as unknown as readonly Recipient[]
    const offices = await benefitsOffices(
      trx,
      routedTo.map((recipient) => recipient.organisationId),
    )
    const earlier = await trx
      .selectFrom('citizenReferrals')
      .select('id')
      .where('absenceId', '=', absence.id)
      .executeTakeFirst()
    demand(
      citizenReferralRules({
        on,
        today: localDateAt(arrivedAt),
        absence: { date: absence.date, withdrawn: absence.withdrawnAt !== null },
        alreadyReferred: earlier !== undefined,
        routed: wentToBenefitsOffice(routedTo, offices),
      }),
      orderId,
    )
    const id = newId()
    await trx
      .insertInto('citizenReferrals')
      .values({
        id,
        absenceId: absence.id,
        orderId,
        supplierId,
        referredOn: on,
        registeredBy: JSON.stringify(registeredBy),
        createdAt: arrivedAt,
      })
      .execute()
    for (const duty of await servedToo(trx, absence, on)) {
      await meetObligations(trx, duty.orderId, { kind: 'refer-citizen', subject: duty.subject }, arrivedAt, id)
    }
    await recordChange(trx, request, {
      action: 'citizen-referred',
      entity: 'absence',
      entityId: absence.id,
      orderId,
      registeredBy,
      changes: { on, referralId: id },
    })
    return { status: 201, body: { id, absenceId: absence.id, orderId, on, registeredAt: arrivedAt, registeredBy } }
  })
