import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { testDatabase } from '#test/support/test-database.ts'
import { fillEveryTable } from './fill-every-table.ts'

const { database, sql: admin, applicationUrl } = await testDatabase()
const { organisations, orders } = demo

/** Tables that hold no organisation's data: the sequencer's counter, the migrator's, the sandbox's clock. */
const withoutPolicies = ['event_sequence', 'kysely_migration', 'kysely_migration_lock', 'sandbox_clock']
/** Read by everyone, and written by the administration alone. */
const readByEveryone = ['organisations', 'code_values', 'routing_policies', 'closing_days', 'report_templates']

const tables = await admin<{ name: string; secured: boolean; forced: boolean }>(
  `select relname as name, relrowsecurity as secured, relforcerowsecurity as forced from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`,
)

/** What a select without any filter gives an organisation. */
const everything = <Row>(organisationId: string, table: string, column: string): Promise<Row[]> =>
  inTransaction(database, organisationId, async (trx) => {
    const { rows } = await sql<{
      value: Row
    }>`select distinct ${sql.ref(column)} as value from ${sql.table(table)} order by 1`.execute(trx)
    return rows.map(({ value }) => value)
  })

const named = (...keys: (keyof typeof orders)[]) => keys.map((key) => orders[key].id).sort()
const keysWhere = (holds: (order: (typeof orders)[keyof typeof orders]) => boolean) =>
  Object.values(orders)
    .filter(holds)
    .map(({ id }) => id)
    .sort()
const approved = (order: { status: string }) => order.status === 'approved'

beforeAll(() => fillEveryTable(admin))

describe('every table of an organisation’s data', () => {
  test.each(tables.filter(({ name }) => !withoutPolicies.includes(name)))(
    '$name has row-level security, also for its owner',
    ({ secured, forced }) => {
      expect([secured, forced]).toEqual([true, true])
    },
  )

  test('those without are the ones that are named here', () => {
    expect(tables.filter(({ secured }) => !secured).map(({ name }) => name)).toEqual(withoutPolicies)
  })

  test('is filled in this file, so that an empty answer means something', async () => {
    for (const { name } of tables.filter((table) => table.secured)) {
      const [row] = await admin<{ filled: boolean }>(`select exists (select from ${name}) as filled`)
      expect([name, row?.filled]).toEqual([name, true])
    }
  })

  test('shows nothing to a transaction without an organisation, but the names in the directory', async () => {
    for (const { name } of tables.filter((table) => table.secured && !readByEveryone.includes(table.name))) {
      const rows = await database.kysely
        .transaction()
        .execute((trx) => sql`select from ${sql.table(name)}`.execute(trx).then((result) => result.rows))
      expect([name, rows.length]).toEqual([name, 0])
    }
  })

  test('shows nothing to an organisation that there is not', async () => {
    for (const { name } of tables.filter(
      ({ secured, name: table }) =>
        secured && ![...readByEveryone, 'contact_persons', 'delivery_addresses'].includes(table),
    )) {
      const rows = await inTransaction(database, newId(), (trx) => sql`select from ${sql.table(name)}`.execute(trx))
      expect([name, rows.rows.length]).toEqual([name, 0])
    }
  })
})

describe('reference data', () => {
  const changes = {
    code_values: `update code_values set label_en = label_en`,
    routing_policies: `update routing_policies set because = because`,
    organisations: `update organisations set name = name`,
    closing_days: `update closing_days set label_en = label_en`,
    report_templates: `update report_templates set title = title`,
  }

  test.each(Object.entries(changes))('%s is changed by the administration alone', async (_table, statement) => {
    const changed = async (organisationId: string) => {
      const result = await inTransaction(database, organisationId, (trx) => sql.raw(statement).execute(trx))
      return Number(result.numAffectedRows)
    }
    expect(await changed(organisations.supplierNord.id)).toBe(0)
    expect(await changed(organisations.jobcenterMusvaagevej.id)).toBe(0)
    expect(await changed(organisations.administrator.id)).toBeGreaterThan(0)
  })
})

test('a supplier sees nothing of a draft, not even its activity', async () => {
  const seen = await everything<string>(organisations.supplierNord.id, 'activities', 'order_id')
  expect(seen).toContain(orders.activityReady.id)
  expect(seen).not.toContain(orders.draft.id)
})

describe('the role that the server logs in as', () => {
  const login = decodeURIComponent(new URL(applicationUrl).username)

  test('is no superuser, does not bypass policies and owns nothing', async () => {
    const [role] = await admin(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = $1`,
      [login],
    )
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false })
    const owned = await admin(
      `select relname from pg_class where pg_get_userbyid(relowner) in ($1, 'portal_application', 'portal_worker')
       union select nspname from pg_namespace where pg_get_userbyid(nspowner) in ($1, 'portal_application', 'portal_worker')
       union select datname from pg_database where pg_get_userbyid(datdba) = $1`,
      [login],
    )
    expect(owned).toEqual([])
    const groups = await admin(
      `select rolname from pg_roles where rolname like 'portal\\_%' and rolname in ('portal_application', 'portal_worker') and (rolsuper or rolbypassrls or rolcanlogin)`,
    )
    expect(groups).toEqual([])
  })

  test('cannot switch the policies off, change a table or remove history', async () => {
    for (const statement of [
      'alter table orders disable row level security',
      'alter table orders no force row level security',
      'drop policy supplier on orders',
      'create table more (id integer)',
      'truncate orders',
      'delete from change_log',
      `update change_log set action = 'x'`,
      'delete from lookups',
      'delete from refusals',
      'delete from absences',
      'delete from orders',
      `update events set type = 'x'`,
      'delete from events',
    ]) {
      await expect(database.pool.query(statement), statement).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('forgets the organisation with the transaction, on every connection', async () => {
    const { supplierNord } = organisations
    await Promise.all(Array.from({ length: 10 }, () => everything(supplierNord.id, 'orders', 'id')))
    const answers = await Promise.all(Array.from({ length: 10 }, () => database.pool.query('select from orders')))
    expect(answers.map(({ rowCount }) => rowCount)).toEqual(Array(10).fill(0))
  })
})

describe('with the filter of a query taken away', () => {
  test('a supplier sees its approved orders alone, and what belongs to them', async () => {
    const own = keysWhere((order) => approved(order) && order.supplierId === organisations.supplierNord.id)
    const { id } = organisations.supplierNord
    expect(await everything(id, 'orders', 'id')).toEqual(own)
    expect(own).not.toEqual([])
    expect(await everything(id, 'absences', 'supplier_id')).toEqual([id])
    expect(await everything(id, 'absence_readers', 'supplier_id')).toEqual([id])
    expect(await everything(id, 'obligations', 'supplier_id')).toEqual([id])
    expect(await everything(id, 'obligation_extensions', 'supplier_id')).toEqual([id])
    expect(await everything(id, 'activities', 'supplier_id')).toEqual([id])
    expect(await everything(id, 'planned_days', 'supplier_id')).toEqual([id])
    expect(await everything(id, 'framework_agreements', 'supplier_id')).toEqual([id])
    expect(await everything(id, 'agreement_offers', 'agreement_id')).toEqual([demo.agreements.supplierNord.id])
    expect(await everything(id, 'citizens', 'id')).toEqual(
      Object.values(orders)
        .filter((order) => own.includes(order.id))
        .map((order) => order.citizen.id)
        .sort(),
    )
  })

  test.each(
    Object.entries(organisations).filter(
      ([, { kinds }]) =>
        !(kinds as readonly string[]).includes('auditor') && !(kinds as readonly string[]).includes('administrator'),
    ),
  )(
    '%s sees its own refusals, history, look-ups, keys, events, endpoints, deliveries and clients alone',
    async (_name, { id, clientId }) => {
      for (const table of [
        'refusals',
        'change_log',
        'lookups',
        'idempotency_keys',
        'event_feed',
        'webhook_endpoints',
        'webhook_deliveries',
        'api_clients',
      ]) {
        expect([table, await everything(id, table, 'organisation_id')]).toEqual([table, [id]])
      }
      expect(await everything(id, 'events', 'recipients')).toEqual([[id]])
      expect(await everything(id, 'api_clients', 'client_id')).toEqual([clientId])
    },
  )

  test('a jobcenter sees the orders it placed, drafts included, and nobody else’s', async () => {
    for (const { id } of [organisations.jobcenterMusvaagevej, organisations.jobcenterSkelbaekgade]) {
      expect(await everything(id, 'orders', 'id')).toEqual(keysWhere((order) => order.jobcenterId === id))
    }
    const skelbaekgade = await everything(organisations.jobcenterSkelbaekgade.id, 'orders', 'id')
    for (const draft of named('draft', 'draftToCancel')) expect(skelbaekgade).not.toContain(draft)
    expect(await everything(organisations.jobcenterSkelbaekgade.id, 'absences', 'order_id')).toEqual(
      named('supplierSyd'),
    )
  })

  test('K-kassen sees the approved orders of the groups it decides on, and the absences it received', async () => {
    const groups = ['cash-benefit-activity-ready', 'resource-course', 'cash-benefit-job-ready', 'education-benefit']
    expect(await everything(organisations.kKassen.id, 'orders', 'id')).toEqual(
      keysWhere((order) => approved(order) && groups.includes(order.targetGroup)),
    )
    expect(await everything(organisations.kKassen.id, 'absences', 'order_id')).toEqual(named('activityReady'))
  })

  test('Dragør’s benefits office sees no orders, and the absences of its citizens', async () => {
    expect(await everything(organisations.ydelseDragoer.id, 'orders', 'id')).toEqual([])
    expect(await everything(organisations.ydelseDragoer.id, 'absences', 'order_id')).toEqual(named('dragoer'))
  })

  test('Dragør’s auditor sees 0155 alone; København’s sees everything that is no draft', async () => {
    const dragoer = organisations.auditorDragoer.id
    expect(await everything(dragoer, 'orders', 'id')).toEqual(named('dragoer'))
    expect(await everything(dragoer, 'absences', 'residence_municipality')).toEqual(['0155'])
    expect(await everything(dragoer, 'citizens', 'id')).toEqual([orders.dragoer.citizen.id])
    expect(await everything(dragoer, 'planned_days', 'order_id')).toEqual(named('dragoer'))
    expect(await everything(dragoer, 'lookups', 'organisation_id')).toEqual([dragoer])
    expect(await everything(dragoer, 'change_log', 'organisation_id')).toEqual([dragoer])
    expect(await everything(organisations.auditorKoebenhavn.id, 'orders', 'id')).toEqual(keysWhere(approved))
    expect(await everything(organisations.auditorKoebenhavn.id, 'absences', 'order_id')).toEqual(
      named('activityReady', 'dragoer', 'supplierSyd'),
    )
  })

  test('attendance, protocols and reports: supplier, jobcenter and auditor, and no benefits office (§ 3, § 9)', async () => {
    const seen = { supplierNord: named('activityReady', 'dragoer'), supplierSyd: named('supplierSyd') }
    const readers: [string, string[]][] = [
      [organisations.supplierNord.id, seen.supplierNord],
      [organisations.supplierSyd.id, seen.supplierSyd],
      [organisations.jobcenterMusvaagevej.id, seen.supplierNord],
      [organisations.jobcenterSkelbaekgade.id, seen.supplierSyd],
      [organisations.auditorKoebenhavn.id, named('activityReady', 'dragoer', 'supplierSyd')],
      [organisations.auditorDragoer.id, named('dragoer')],
      [organisations.kKassen.id, []],
      [organisations.ydelseDragoer.id, []],
      [organisations.administrator.id, []],
    ]
    for (const table of [
      'attendance_days',
      'attendance_day_versions',
      'protocol_months',
      'protocol_versions',
      'reports',
      'report_requests',
      'focus_areas',
      'milestones',
    ]) {
      for (const [id, expected] of readers) {
        expect([table, id, await everything(id, table, 'order_id')]).toEqual([table, id, expected])
      }
    }
    // By the report that they belong to.
    for (const [id] of readers) {
      const reports = await everything(id, 'reports', 'id')
      for (const table of ['report_versions', 'report_returns']) {
        expect([table, id, await everything(id, table, 'report_id')]).toEqual([table, id, reports])
      }
    }
  })

  test('the administration sees no orders, citizens or absences', async () => {
    for (const table of ['orders', 'absences', 'activities', 'planned_days', 'citizens']) {
      expect([
        table,
        await everything(organisations.administrator.id, table, table === 'planned_days' ? 'order_id' : 'id'),
      ]).toEqual([table, []])
    }
  })
})

describe('writing for somebody else', () => {
  const refusedByPolicy = { code: '42501', message: expect.stringContaining('row-level security') }
  const as = (organisationId: string, statement: string, ...values: unknown[]) =>
    inTransaction(database, organisationId, async (trx) => {
      const parts = statement.split('?')
      return sql(parts as unknown as TemplateStringsArray, ...values).execute(trx)
    })

  test('is refused: refusals, history, events, keys and endpoints in another’s name', async () => {
    const [nord, syd] = [organisations.supplierNord.id, organisations.supplierSyd.id]
    for (const [statement, ...values] of [
      [
        `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, request_id) values (?, now(), 'c', ?, 'o', 'r', 'q')`,
        newId(),
        syd,
      ],
      [
        `insert into change_log (id, occurred_at, client_id, organisation_id, action, entity, entity_id, request_id) values (?, now(), 'c', ?, 'a', 'e', ?, 'q')`,
        newId(),
        syd,
        newId(),
      ],
      [
        `insert into events (id, type, occurred_at, producer_id, recipients, data, path) values (?, 't', now(), ?, '{}', '{}', '/')`,
        newId(),
        syd,
      ],
      [
        `insert into idempotency_keys (client_id, key_digest, organisation_id, fingerprint, status, headers, body) values ('c', ?, ?, '', 201, '{}', '')`,
        newId(),
        syd,
      ],
      [`insert into webhook_endpoints (id, organisation_id, url, event_types) values (?, ?, 'u', '{}')`, newId(), syd],
      [
        `insert into webhook_secrets (endpoint_id, number, organisation_id, secret_cipher, secret_key) values (?, 1, ?, '', 'k')`,
        newId(),
        syd,
      ],
      [`insert into organisations (id, name, kinds) values (?, ?, '{supplier}')`, newId(), 'x'],
    ] as const) {
      await expect(as(nord, statement, ...values), statement).rejects.toMatchObject(refusedByPolicy)
    }
  })

  test('changes nothing: another’s order, absence, client or agreement', async () => {
    const nord = organisations.supplierNord.id
    for (const [statement, value] of [
      [`update orders set planned_minutes = 1 where id = ?`, orders.supplierSyd.id],
      [`update orders set planned_minutes = 1 where id = ?`, orders.draft.id],
      [`update absences set reason = 'family' where order_id = ?`, orders.supplierSyd.id],
      [`update api_clients set revoked_at = now() where client_id = ?`, 'supplier-syd'],
      [`update framework_agreements set budget_oere = null where supplier_id = ?`, nord],
      [`update organisations set kinds = '{administrator}' where id = ?`, nord],
      [`delete from contact_persons where organisation_id = ?`, organisations.supplierSyd.id],
      [`update attendance_days set attended_minutes = 0 where order_id = ?`, orders.supplierSyd.id],
      [`update protocol_months set stale_since = null where order_id = ?`, orders.supplierSyd.id],
      [`update reports set status = 'submitted' where order_id = ?`, orders.supplierSyd.id],
    ] as const) {
      const { numAffectedRows } = await as(nord, statement, value)
      expect([statement, Number(numAffectedRows ?? 0)]).toEqual([statement, 0])
    }
  })

  test('a jobcenter may not hand its order to another', async () => {
    await expect(
      as(
        organisations.jobcenterMusvaagevej.id,
        'update orders set jobcenter_id = ? where id = ?',
        organisations.jobcenterSkelbaekgade.id,
        orders.draft.id,
      ),
    ).rejects.toMatchObject(refusedByPolicy)
  })
})
