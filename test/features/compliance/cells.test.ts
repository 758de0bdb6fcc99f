import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  drainCompliance,
  rebuildCompliance,
  refreshCompliance,
  runCompliance,
} from '#features/compliance/refresh-compliance.ts'
import { localDate } from '#kernel/local-date.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { openedLateBy } from '#rules/compliance/opened-late.ts'
import { type Hindrance, possibleOn } from '#rules/compliance/possible-since.ts'
import { obligationStatus } from '#rules/obligation/obligation-state.ts'
import { reconcileWholeDay } from '#rules/protocol/reconcile.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { liv } from '#test/features/orders/support.ts'
import { absent, course, recordedDay } from '#test/features/protocols/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { silentLog, until } from '#test/support/until.ts'
import { randomWorld } from './random-world.ts'
import { wrongCells } from './recount.ts'

let portal: TestPortal
const worker = () => ({ database: portal.workerDatabase, clock: portal.clock })
const drained = () => drainCompliance(worker())
const summary = async (query: string, client = 'auditor-koebenhavn') =>
  (await portal.as(client).get(`/v1/compliance/summary?${query}`)).body

beforeAll(async () => {
  portal = await testPortal()
  await randomWorld(portal, 0.7)
  await drained()
})

describe('the cells', () => {
  test('are a count of everything, by day and by month', async () => {
    expect(await wrongCells(portal)).toEqual([])
  })

  test('count duties as the rule says of each', async () => {
    const duties = await portal.sql<Record<string, never> & { dueAt: Date; openedAt: Date; metAt: Date | null }>(
      `select b.kind, b.opened_because as because, b.due_at as "dueAt", b.met_at as "metAt", b.waived_at as "waivedAt",
           b.opened_at as "openedAt", o.approved_at as "possibleFrom", o.termination ->> 'endedBy' as "endedBy"
         from obligations b join orders o on o.id = b.order_id where b.due_on between '2025-11-01' and '2026-06-30'`,
    )
    const instant = (value: Date | null | undefined) => (value ? (value.toISOString() as never) : null)
    const counts: Record<string, number> = {}
    const late = { authority: 0, supplier: 0 }
    for (const { kind, because, endedBy, openedAt, ...of } of duties) {
      const { dueAt, metAt, waivedAt, possibleFrom } = of as Record<string, Date | null>
      const instants = { dueAt: instant(dueAt) as never, metAt: instant(metAt), waivedAt: instant(waivedAt) }
      const status = obligationStatus(instants, portal.clock.now())
      const openedLate = status !== 'waived' && openedAt >= of.dueAt
      const given = { kind: kind as never, because: String(because), endedBy: endedBy ?? null }
      const by = openedLateBy({ ...given, dueAt: instants.dueAt, possibleFrom: instant(possibleFrom) })
      if (openedLate) late[by] += 1
      const name = openedLate && by === 'authority' ? 'afterwards' : status
      counts[name] = (counts[name] ?? 0) + 1
    }
    expect([late.authority > 10, late.supplier > 10]).toEqual([true, true])
    const { figures } = (await summary('from=2025-11-01&to=2026-06-30')).totals
    expect({
      met: figures.dutiesMet,
      'met-late': figures.dutiesMetLate,
      overdue: figures.dutiesOverdue,
      open: figures.dutiesNotYetDue,
      waived: figures.dutiesWaived,
      afterwards: figures.dutiesOpenedAfterDue,
    }).toEqual(counts)
  })

  test('know since when a day was possible as the rule says', async () => {
    const rows = await portal.sql<{ day: string; possible: string; hindrances: Hindrance[] | null }>(
      `select p.date::text as day, portal_possible_on(p.order_id, p.date, p.date)::text as possible,
           (select jsonb_agg(jsonb_build_object('from', h.from_day, 'to', h.to_day))
              from portal_hindrances(p.order_id, p.date) h where h.because <> 'leave') as hindrances
         from (select distinct order_id, date from planned_days) p`,
    )
    for (const { day, possible, hindrances } of rows)
      expect(possibleOn(localDate(day), hindrances ?? [])).toBe(possible)
    expect(rows.filter(({ day, possible }) => possible > day).length).toBeGreaterThan(20)
  })

  test('find the register differences that the rule of the protocol finds', async () => {
    const days = await portal.sql<{ supplierId: string; citizenId: string; day: string }>(
      `select distinct supplier_id as "supplierId", citizen_id as "citizenId", date::text as day from (
         select supplier_id, citizen_id, date from absences where withdrawn_at is null
         union all select supplier_id, citizen_id, date from attendance_days where unauthorised_minutes > 0) d`,
    )
    const expected: string[] = []
    for (const supplierId of new Set(days.map((day) => day.supplierId))) {
      const own = days.filter((day) => day.supplierId === supplierId)
      const { rows } = await inTransaction(portal.database, supplierId, (trx) =>
        sql<Record<string, number | null> & { date: string; absence_reason: string | null }>`
          select * from portal_register_days(${supplierId}::uuid, ${own.map((day) => day.citizenId)}::uuid[], ${own.map((day) => day.day)}::date[])`.execute(
          trx.withoutPlugins(),
        ),
      )
      for (const row of rows) {
        const found = reconcileWholeDay({
          unauthorisedMinutes: Number(row['unauthorised_minutes']),
          registration:
            row['absent_minutes'] === null
              ? null
              : {
                  absentMinutes: Number(row['absent_minutes']),
                  reason: row.absence_reason ?? '',
                  attendedMinutes: Number(row['attended_minutes']),
                  leaveMinutes: Number(row['leave_minutes']),
                  notStartedMinutes: Number(row['not_started_minutes']),
                  endedMinutes: Number(row['ended_minutes']),
                  ownIdleMinutes: Number(row['own_idle_minutes']),
                  runningMinutes: Number(row['running_minutes']),
                },
        })
        if (found.kind !== 'differs') continue
        const open =
          found.because === 'registration-not-in-protocol'
            ? found.minutes - Number(row['unrecorded_minutes'])
            : found.minutes
        if (open > 0) expected.push(`${supplierId} ${row.date} ${found.because} ${open}`)
      }
    }
    const kept = await portal.sql<{ line: string }>(
      `select concat_ws(' ', supplier_id, day, because, minutes) as line from register_differences`,
    )
    expect(expected.length).toBeGreaterThan(50)
    expect(kept.map(({ line }) => line).sort()).toEqual(expected.sort())
  })

  test('follow the municipality as of each record', async () => {
    const order = await course(portal, { '2026-03-03': 120, '2026-03-12': 60 }, { jobcenter: 'jobcenter-skelbaekgade' })
    await recordedDay(portal, order, '2026-03-03', { attended: 120 })
    await recordedDay(portal, order, '2026-03-12', { attended: 60 })
    const minutes = async (municipality: string) => {
      await drained()
      const query = `from=2026-03-01&to=2026-03-31&residenceMunicipality=${municipality}&jobcenterId=${demo.organisations.jobcenterSkelbaekgade.id}`
      return (await summary(query)).totals.figures.minutesDelivered as number
    }
    const [before, there] = [await minutes('0101'), await minutes('0155')]
    const jobcenter = portal.as('jobcenter-skelbaekgade')
    const { headers } = await jobcenter.get(`/v1/orders/${order.id}`)
    portal.clock.set('2026-03-10T10:00:00.000Z')
    const moved = await jobcenter.patch(
      `/v1/orders/${order.id}`,
      { citizen: { residenceMunicipality: '0155' }, reason: 'Flyttet', registeredBy: liv },
      { ifMatch: headers['etag'] as string },
    )
    portal.clock.set('2026-03-13T10:00:00.000Z')
    expect(moved.status).toBe(200)
    expect([await minutes('0101'), await minutes('0155')]).toEqual([before - 60, there + 60])
  })

  test('are rebuilt, whatever stood in them', async () => {
    await portal.sql('delete from compliance_duties where span = $1', ['day'])
    await portal.sql('update compliance_absences set registered = registered + 1')
    await portal.sql('delete from register_differences')
    expect((await wrongCells(portal)).length).toBeGreaterThan(0)
    const months: string[] = []
    await rebuildCompliance({ ...worker(), counted: ({ from }) => void months.push(from) })
    expect(await wrongCells(portal)).toEqual([])
    expect(months.length).toBeGreaterThan(10)
  })
})

describe('while others write', () => {
  const registered = async () => (await summary('from=2026-03-01&to=2026-03-31')).totals.figures.absencesRegistered

  test('what commits after a round has begun is counted by the next, and nobody waits', async () => {
    const orders = await Promise.all([1, 2].map(() => course(portal, { '2026-03-12': 120 })))
    await drained()
    const before = await registered()
    // A writer that has written and not committed, a round that has counted and not committed, and a writer of the same cell.
    const writer = new pg.Client({ connectionString: portal.adminUrl })
    const counter = new pg.Client({ connectionString: portal.adminUrl })
    await Promise.all([writer.connect(), counter.connect()])
    try {
      await writer.query('begin')
      await writer.query(
        `insert into absences (id, supplier_id, citizen_id, order_id, activity_id, date, whole_day, absent_minutes, planned_minutes,
           held_against, reason, residence_municipality, registered_at, due_on, days_late, first_arrived_at, registered_by, client_id, request_id, routed_to)
         values (uuidv7(), $1, $2, $3, $4, '2026-03-12', true, 120, 120, array[$3]::uuid[], 'no-notice', '0101', now(), '2026-03-12', 0, now(), '{}', 'c', 'r', '[]')`,
        [demo.organisations.supplierNord.id, orders[0]?.citizenId, orders[0]?.id, orders[0]?.activityId],
      )
      await counter.query('begin')
      await counter.query(`select portal_touch_compliance($1, '2026-03-12', '2026-03-12')`, [
        demo.organisations.supplierNord.id,
      ])
      expect(
        (await counter.query(`select cells from portal_refresh_compliance(100, now(), 7075191047)`)).rows[0].cells,
      ).toBeGreaterThan(0)
      expect(await refreshCompliance(worker())).toBe('held-elsewhere')
      expect((await absent(portal, orders[1] as never, '2026-03-12')).status).toBe(201)
      await counter.query('commit')
      await drained()
      expect(await registered()).toBe(before + 1)
      await writer.query('commit')
      await drained()
      expect(await registered()).toBe(before + 2)
    } finally {
      await Promise.all([writer.end(), counter.end()])
    }
    expect(await wrongCells(portal)).toEqual([])
  })

  test('many writers and two counters: no deadlock, nothing lost, nothing twice', async () => {
    const days = ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12']
    const orders = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(() => course(portal, Object.fromEntries(days.map((day) => [day, 120])))),
    )
    const stopping = new AbortController()
    const loops = [1, 2].map(async () => {
      while (!stopping.signal.aborted) {
        await refreshCompliance(worker(), 5)
        await sleep(1)
      }
    })
    const nord = portal.as('supplier-nord')
    const write = async (order: (typeof orders)[number], day: string, place: number) => {
      const answer = await absent(portal, order, day)
      expect(answer.status).toBe(201)
      if (place % 3 === 0) {
        const withdrawn = await nord.post(`/v1/absences/${answer.body.id}/withdrawal`, {
          reason: 'Fejl',
          registeredBy: liv,
        })
        expect(withdrawn.status).toBe(200)
      }
      const attendance = await nord.put(`/v1/orders/${order.id}/attendance/${day}`, {
        entries: [
          place % 2 === 0
            ? { activityId: order.activityId, attendedMinutes: 120 }
            : { activityId: order.activityId, attendedMinutes: 0, absent: [{ code: 'unauthorised', minutes: 120 }] },
        ],
        registeredBy: liv,
      })
      expect(attendance.status).toBe(201)
    }
    try {
      await Promise.all(orders.flatMap((order, row) => days.map((day, column) => write(order, day, row + column))))
    } finally {
      stopping.abort()
      await Promise.all(loops)
    }
    await drained()
    expect(await wrongCells(portal)).toEqual([])
    const [row] = await portal.sql<{ deadlocks: string }>(
      `select deadlocks from pg_stat_database where datname = current_database()`,
    )
    expect(Number(row?.deadlocks)).toBe(0)
  })

  test('the loop counts by itself until it is told to stop', async () => {
    const stopping = new AbortController()
    const order = await course(portal, { '2026-03-12': 120 })
    await drained()
    const before = await registered()
    const loop = runCompliance({ ...worker(), log: silentLog, signal: stopping.signal })
    await absent(portal, order, '2026-03-12')
    await until(async () => (await registered()) === before + 1)
    stopping.abort()
    await loop
  })
})

test('the cells of one municipality are all that its auditor is shown, whatever is asked of the tables', async () => {
  const { id } = demo.organisations.auditorDragoer
  const tables = [
    'compliance_duties',
    'compliance_duties_cases',
    'compliance_attendance_cases',
    'compliance_refusals',
    'register_differences',
  ]
  for (const table of tables) {
    const { rows } = await inTransaction(portal.database, id, (trx) =>
      sql<{ residenceMunicipality: string }>`select distinct residence_municipality from ${sql.table(table)}`.execute(
        trx,
      ),
    )
    expect([table, rows]).toEqual([table, [{ residenceMunicipality: '0155' }]])
  }
  for (const organisation of ['supplierNord', 'jobcenterMusvaagevej', 'kKassen'] as const) {
    for (const table of tables) {
      const { rows } = await inTransaction(portal.database, demo.organisations[organisation].id, (trx) =>
        sql`select from ${sql.table(table)} limit 1`.execute(trx),
      )
      expect([table, rows.length]).toEqual([table, 0])
    }
  }
  await expect(portal.database.pool.query('select from compliance_duties_facts')).rejects.toMatchObject({
    code: '42501',
  })
  await expect(
    portal.database.pool.query(`select portal_touch_compliance(uuidv7(), '2026-01-01', '2026-01-02')`),
  ).rejects.toMatchObject({ code: '42501' })
})
