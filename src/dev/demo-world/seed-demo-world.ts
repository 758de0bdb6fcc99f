import { CompiledQuery } from 'kysely'
import { meetObligations } from '#features/obligations/lookups.ts'
import { openDutiesOfOrder, settleProtocolDuties } from '#features/orders/order-duties.ts'
import { endOfLocalDay, type Instant } from '#kernel/instant.ts'
import { addDays, dayNumber, type LocalDate, localDate } from '#kernel/local-date.ts'
import { type Keyring, lookupHash, seal } from '#platform/crypto/keyring.ts'
import { openDatabase } from '#platform/db/pool.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { orderValueOere } from '#rules/order/order-within-the-agreement.ts'
import { type DemoAgreement, demoAgreements } from './agreements.ts'
import { type DemoCitizen, demoCitizens } from './citizens.ts'
import { type DemoOrder, demoOrders, springPeriod } from './orders.ts'
import { type DemoOrganisation, demoOrganisations } from './organisations.ts'

type Period = {
  readonly startDate: LocalDate
  readonly endDate: LocalDate
  readonly firstMeetingAt: Instant
  readonly draftedAt: Instant
  readonly approvedAt: Instant
}

const caseworker = { name: 'Sanne Sagsbehandler', email: 'sanne@jobcenter.example', phone: '+45 00 00 01 01' }
const draftedBy = { name: 'Dorte Udkast', email: 'dorte@jobcenter.example' }
const approvedBy = { name: 'Gorm Godkender', email: 'gorm@jobcenter.example', role: 'team-manager' }

/** The Monday of that day's week; day 0, 1970-01-01, was a Thursday. */
const mondayOf = (date: LocalDate): LocalDate => addDays(date, -((dayNumber(date) + 3) % 7))

/** The period of the current orders: from the Monday four weeks before to the Friday eight weeks after. */
export const currentPeriod = (today: LocalDate): Period => {
  const monday = mondayOf(today)
  const startDate = addDays(monday, -28)
  return {
    startDate,
    endDate: addDays(monday, 60),
    firstMeetingAt: `${startDate}T08:00:00.000Z` as Instant,
    draftedAt: `${addDays(startDate, -14)}T09:00:00.000Z` as Instant,
    approvedAt: `${addDays(startDate, -12)}T12:30:00.000Z` as Instant,
  }
}

/**
 * The spring's period; seeded after its end, its orders count as entered late, so that their courses stay open a while: as the day
 * began, which is never ahead of whoever seeds it.
 */
const enteredBy = (period: Period, today: LocalDate): Period =>
  today > period.endDate ? { ...period, approvedAt: endOfLocalDay(addDays(today, -1)) } : period

const run = (trx: Trx, text: string, values: readonly unknown[] = []) =>
  trx.executeQuery(CompiledQuery.raw(text, [...values]))

const insertOrganisation = async (trx: Trx, organisation: DemoOrganisation): Promise<void> => {
  const { id } = organisation
  await run(
    trx,
    `insert into organisations (id, name, kinds, supplier_kind, secure_email, copies_for_municipality, audited_municipalities)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      id,
      organisation.name,
      organisation.kinds,
      organisation.supplierKind ?? null,
      organisation.secureEmail ?? null,
      organisation.copiesForMunicipality ?? null,
      organisation.auditedMunicipalities ?? null,
    ],
  )
  await run(trx, 'insert into api_clients (client_id, organisation_id) values ($1, $2) on conflict do nothing', [
    organisation.clientId,
    id,
  ])
  for (const person of organisation.contactPersons) {
    await run(
      trx,
      `insert into contact_persons (id, organisation_id, name, email, phone)
       values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [person.id, id, person.name, person.email, person.phone],
    )
  }
  for (const { id: addressId, address } of organisation.deliveryAddresses) {
    await run(
      trx,
      'insert into delivery_addresses (id, organisation_id, address) values ($1, $2, $3) on conflict do nothing',
      [addressId, id, address],
    )
  }
}

const insertAgreement = async (trx: Trx, agreement: DemoAgreement): Promise<void> => {
  await run(
    trx,
    `insert into framework_agreements (id, supplier_id, title, target_groups, valid_from, valid_to, unit_price_oere, budget_oere)
     select $1, $2, $3,
            coalesce($4::text[], (select array_agg(code order by position) from code_values where set_name = 'target-groups')),
            $5, $6, $7, $8
     on conflict do nothing`,
    [
      agreement.id,
      agreement.supplierId,
      agreement.title,
      agreement.targetGroups === 'all' ? null : agreement.targetGroups,
      agreement.validFrom,
      agreement.validTo,
      agreement.unitPriceOere,
      agreement.budgetOere,
    ],
  )
  for (const [code, title] of Object.entries(agreement.offers)) {
    await run(
      trx,
      'insert into agreement_offers (agreement_id, code, title) values ($1, $2, $3) on conflict do nothing',
      [agreement.id, code, title],
    )
  }
}

const insertCitizen = async (trx: Trx, keyring: Keyring, { id, cpr }: DemoCitizen): Promise<void> => {
  const sealed = seal(keyring, cpr, `cpr:${id}`)
  await run(
    trx,
    'insert into citizens (id, cpr_cipher, cpr_key, cpr_lookup) values ($1, $2, $3, $4) on conflict do nothing',
    [id, sealed.cipher, sealed.key, lookupHash(keyring, cpr)],
  )
}

const insertOrder = async (trx: Trx, order: DemoOrder, period: Period): Promise<void> => {
  const approved = order.status === 'approved'
  const value = approved ? orderValueOere(order.orderedMinutes, order.unitPriceOere) : 0
  // One that is there may have been worked on since. Asked first, because a conflict would use up an order number.
  const there = await run(trx, 'select 1 as one from orders where id = $1', [order.id])
  if (there.rows.length > 0) return
  await run(
    trx,
    `insert into orders (id, jobcenter_id, supplier_id, framework_agreement_id, offer, target_group, effort_group,
       citizen_id, citizen_name, residence_municipality, start_date, end_date, ordered_minutes, first_meeting_at,
       delivery_address_id, caseworker, status, course_status, drafted_by, approved_by, approved_at, committed_oere,
       first_attended_on, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
    [
      order.id,
      order.jobcenterId,
      order.supplierId,
      order.frameworkAgreementId,
      order.offer,
      order.targetGroup,
      order.effortGroup,
      order.citizen.id,
      order.citizen.name,
      order.citizen.residenceMunicipality,
      period.startDate,
      period.endDate,
      order.orderedMinutes,
      period.firstMeetingAt,
      order.deliveryAddressId,
      caseworker,
      order.status,
      order.courseStatus,
      draftedBy,
      approved ? approvedBy : null,
      approved ? period.approvedAt : null,
      value,
      order.courseStatus === 'attending' ? period.startDate : null,
      period.draftedAt,
    ],
  )
  await run(trx, 'update framework_agreements set committed_oere = committed_oere + $2 where id = $1', [
    order.frameworkAgreementId,
    value,
  ])
  await run(
    trx,
    `insert into activities (id, order_id, supplier_id, kind, title, place, status, start_date, end_date, created_at, spans_order)
     values ($1, $2, $3, 'on-site', 'Forløb hos leverandøren', $4, 'approved', $5, $6, $7, true)`,
    [
      order.activityId,
      order.id,
      order.supplierId,
      { kind: 'supplier-address', addressId: order.deliveryAddressId },
      period.startDate,
      period.endDate,
      period.draftedAt,
    ],
  )
  if (order.plannedMinutesADay > 0) await insertPlan(trx, order, period)
  if (approved) await openDuties(trx, order, period)
}

const insertPlan = async (trx: Trx, order: DemoOrder, period: Period): Promise<void> => {
  await run(
    trx,
    `insert into planned_days (order_id, date, activity_id, supplier_id, citizen_id, planned_minutes)
     select $1, day::date, $2, $3, $4, $5 from generate_series($6::timestamp, $7::timestamp, '1 day') as day
      where extract(isodow from day) <= 5`,
    [
      order.id,
      order.activityId,
      order.supplierId,
      order.citizen.id,
      order.plannedMinutesADay,
      period.startDate,
      period.endDate,
    ],
  )
  await run(
    trx,
    `update orders set plan_version = 1,
       planned_minutes = (select sum(planned_minutes) from planned_days where order_id = orders.id)
      where id = $1`,
    [order.id],
  )
}

/** The duties that approval and plan of such an order open, as of its approval; who came to the first meeting met theirs. */
const openDuties = async (trx: Trx, order: DemoOrder, period: Period): Promise<void> => {
  const { approvedAt, firstMeetingAt } = period
  const row = await trx.selectFrom('orders').selectAll().where('id', '=', order.id).executeTakeFirstOrThrow()
  const planned = await trx.selectFrom('plannedDays').select('date').where('orderId', '=', order.id).execute()
  await openDutiesOfOrder(trx, row, approvedAt)
  const dates = planned.map(({ date }) => date)
  await settleProtocolDuties(trx, row, dates, approvedAt)
  if (order.courseStatus !== 'attending') return
  await meetObligations(trx, order.id, { kind: 'first-meeting-outcome' }, firstMeetingAt, 'first-meeting')
}

/**
 * Fills a migrated database with the demo's organisations, agreements, citizens and orders, in one transaction. What is
 * there already stays as it is, so that it can run at every start.
 * @param options.ownerUrl the database as its owner
 * @param options.keyring encrypts the citizens' CPR numbers; must be the portal's own
 * @param options.today Copenhagen's date; the current orders lie around the day on which they are first seeded
 */
export const seedDemoWorld = async (options: {
  ownerUrl: string
  keyring: Keyring
  today: LocalDate
}): Promise<void> => {
  const database = openDatabase({
    url: options.ownerUrl,
    poolSize: 1,
    name: 'portal-demo-world',
    // A connection that breaks fails the statement that waits for it.
    onError: () => undefined,
  })
  try {
    await database.kysely.transaction().execute(async (trx) => {
      // Two that seed together would each wait for rows that the other holds; the second waits for all of the first.
      await run(trx, 'set local lock_timeout = 0')
      await run(trx, `select pg_advisory_xact_lock(hashtext('udbudsportal demo world'))`)
      for (const organisation of Object.values(demoOrganisations)) await insertOrganisation(trx, organisation)
      for (const agreement of Object.values(demoAgreements)) await insertAgreement(trx, agreement)
      for (const citizen of Object.values(demoCitizens)) await insertCitizen(trx, options.keyring, citizen)
      const spring = enteredBy(
        {
          ...(springPeriod as Record<keyof typeof springPeriod, Instant>),
          startDate: localDate(springPeriod.startDate),
          endDate: localDate(springPeriod.endDate),
        },
        options.today,
      )
      const current = currentPeriod(options.today)
      for (const order of Object.values(demoOrders)) {
        await insertOrder(trx, order, order.period === 'spring' ? spring : current)
      }
    })
  } finally {
    await database.close()
  }
}
