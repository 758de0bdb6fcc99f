import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { endDueCourses } from '#features/orders/end-due-courses.ts'
import type { Instant } from '#kernel/instant.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { silentLog } from '#test/support/until.ts'
import {
  agreements,
  approval,
  approved,
  atTheFund,
  attend,
  committed,
  draft,
  liv,
  must,
  organisations,
  plan,
  refusal,
} from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = agreements.supplierNord
const end = (id: string, client: string, changes: Record<string, unknown> = {}) =>
  as(client).post(`/v1/orders/${id}/termination`, {
    endedOn: '2026-03-12',
    cause: 'employment',
    registeredBy: liv,
    ...changes,
  })
/** Two hours planned before the end on 12 March, one on the day itself and two after it. */
const days = { '2026-03-02': 120, '2026-03-12': 60, '2026-03-13': 120 }
const running = async (changes: Record<string, unknown> = {}) => {
  const order = await approved(as, changes)
  must(await plan(as('supplier-nord'), order, days))
  must(await attend(as('supplier-nord'), order.id, '2026-03-02'))
  return order
}
const ofOrder = async (id: string): Promise<number> => {
  const [row] = await portal.sql<{ oere: string }>('select committed_oere as oere from orders where id = $1', [id])
  return Number(row?.oere)
}
/** How much the agreement got back by what `work` does. */
const givenBack = async (work: () => Promise<unknown>, agreement: { id: string } = nord): Promise<number> => {
  const before = await committed(portal, agreement.id)
  await work()
  return before - (await committed(portal, agreement.id))
}

beforeAll(async () => {
  portal = await testPortal()
  await portal.sql(`update orders set end_date = '2035-12-31'`)
})

describe('003: an ended course gives back what it can no longer cost', () => {
  test.each([
    ['supplier-nord', {}, {}],
    ['jobcenter-musvaagevej', {}, {}],
    ['jobcenter-musvaagevej', { targetGroup: 'sickness-benefit' }, {}],
    ['k-kassen', {}, { cause: 'benefit-stopped' }],
  ])('ended by %s: the minutes planned up to the end stay, that day included', async (client, terms, termination) => {
    const { id } = await running(terms)
    expect(await ofOrder(id)).toBe(120 * 45_000)
    expect(await givenBack(async () => must(await end(id, client, termination)))).toBe(117 * 45_000)
    expect(await ofOrder(id)).toBe(3 * 45_000)
    const [log] = await portal.sql<{ changes: Record<string, unknown> }>(
      `select changes from change_log where entity_id = $1 and action = 'ended'`,
      [id],
    )
    expect(log?.changes['committedOere']).toEqual({ from: 120 * 45_000, to: 3 * 45_000 })
  })

  test('told late that the benefit had stopped: what was delivered until then stays', async () => {
    const order = await running()
    const entries = [{ activityId: order.activities[0].id, attendedMinutes: 60 }]
    must(await as('supplier-nord').put(`/v1/orders/${order.id}/attendance/2026-03-12`, { entries, registeredBy: liv }))
    must(await end(order.id, 'k-kassen', { cause: 'benefit-stopped', endedOn: '2026-03-01' }))
    expect(await ofOrder(order.id)).toBe(45_000)
    const { body } = await as('jobcenter-musvaagevej').get(`/v1/orders/${order.id}`)
    expect(body.planConflict).toBe(true)
  })

  test('one that never started costs nothing', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-03-16T08:00:00Z' })
    must(await plan(as('supplier-nord'), order, days))
    expect(await givenBack(async () => must(await end(order.id, 'supplier-nord')))).toBe(120 * 45_000)
    expect(await ofOrder(order.id)).toBe(0)
  })

  test('at the price of its approval, whatever the agreement asks today', async () => {
    const { id } = await running()
    await portal.sql('update framework_agreements set unit_price_oere = 60000 where id = $1', [nord.id])
    try {
      must(await end(id, 'supplier-nord'))
    } finally {
      await portal.sql('update framework_agreements set unit_price_oere = 45000 where id = $1', [nord.id])
    }
    expect(await ofOrder(id)).toBe(3 * 45_000)
  })

  test('ended by the worker on its end date', async () => {
    const { id } = await running({ endDate: '2026-03-30' })
    const sweep = () =>
      endDueCourses({
        database: portal.workerDatabase,
        now: '2026-04-01T08:00:00.000Z' as Instant,
        log: silentLog,
        finalReportReading: 'five-whole-days-between',
      })
    expect(await givenBack(sweep)).toBe(115 * 45_000)
    expect(await ofOrder(id)).toBe(5 * 45_000)
  })

  test('an approval that needs what is released passes once it is, and never before', async () => {
    const fund = agreements.supplierAkasse
    const full = { ...atTheFund, orderedMinutes: 72_000 }
    const holder = await approved(as, full)
    const next = await draft(as, full)
    const approve = () => as('jobcenter-musvaagevej').post(`/v1/orders/${next.id}/approval`, approval())
    expect(refusal(await approve())).toEqual([409, 'budget-exceeded'])
    const [ended, during] = await Promise.all([end(holder.id, 'supplier-akasse'), approve()])
    must(ended)
    expect([200, 409]).toContain(during.status)
    if (during.status === 409) must(await approve())
    expect(await committed(portal, fund.id)).toBe(1200 * 41_000)
  })

  test('many ends and approvals at once: the agreement holds what its orders add up to, and never passes its ceiling', async () => {
    const fund = agreements.supplierAkasse
    await portal.sql('update framework_agreements set budget_oere = committed_oere + 6 * 4100000 where id = $1', [
      fund.id,
    ])
    const terms = { ...atTheFund, orderedMinutes: 6000 }
    const held: string[] = []
    for (let index = 0; index < 6; index++) held.push((await approved(as, terms)).id)
    const waiting: string[] = []
    for (let index = 0; index < 8; index++) waiting.push((await draft(as, terms)).id)
    const answers = await Promise.all([
      ...held.map((id, index) => end(id, index % 2 ? 'supplier-akasse' : 'jobcenter-musvaagevej')),
      ...waiting.map((id) => as('jobcenter-musvaagevej').post(`/v1/orders/${id}/approval`, approval())),
    ])
    expect(answers.slice(0, 6).map((answer) => answer.status)).toEqual(Array.from({ length: 6 }, () => 200))
    const passed = answers.slice(6).filter((answer) => answer.status === 200).length
    expect(passed).toBeLessThanOrEqual(6)
    const [row] = await portal.sql<{ agreement: string; orders: string; budget: string }>(
      `select committed_oere as agreement, budget_oere as budget,
              (select sum(committed_oere) from orders where framework_agreement_id = $1) as orders
         from framework_agreements where id = $1`,
      [fund.id],
    )
    await portal.sql('update framework_agreements set budget_oere = null where id = $1', [fund.id])
    expect(row?.agreement).toBe(row?.orders)
    expect(Number(row?.agreement)).toBeLessThanOrEqual(Number(row?.budget))
  })
})

describe('the function that gives back', () => {
  /** Runs statements as an organisation with nothing of the application around it. @returns `done`, or the error's code */
  const tried = (organisation: { id: string }, ...statements: string[]): Promise<string> =>
    inTransaction(portal.database, organisation.id, async (trx) => {
      for (const statement of statements) await sql.raw(statement).execute(trx)
    }).then(
      () => 'done',
      (error: { code?: string }) => error.code ?? String(error),
    )
  const release = (id: string, oere = 0): string => `select portal_release_commitment('${id}', ${oere})`
  const ending = (id: string): string =>
    `update orders set status = 'ended', course_status = 'ended', ended_on = '2026-03-12' where id = '${id}'`

  test('lowers nothing of an order that goes on, that ended before, or that is not there', async () => {
    const { id } = await running()
    const parties = [organisations.supplierNord, organisations.jobcenterMusvaagevej, organisations.kKassen]
    for (const party of parties) expect(await tried(party, release(id))).toBe('42501')
    expect(await tried(organisations.supplierNord, release(organisations.supplierNord.id))).toBe('42501')
    must(await end(id, 'supplier-nord'))
    for (const party of parties) expect(await tried(party, release(id))).toBe('42501')
    expect(await ofOrder(id)).toBe(3 * 45_000)
  })

  test("lowers nothing of another's order, also for one who just ended an order of its own", async () => {
    const [own, other] = [await running(), await running()]
    const fund = await approved(as, atTheFund)
    for (const another of [other.id, fund.id]) {
      expect(await tried(organisations.supplierNord, ending(own.id), release(another))).toBe('42501')
    }
    for (const stranger of [
      organisations.supplierSyd,
      organisations.jobcenterSkelbaekgade,
      organisations.ydelseDragoer,
      organisations.auditorKoebenhavn,
      organisations.administrator,
    ]) {
      expect(await tried(stranger, ending(own.id), release(own.id))).toBe('42501')
    }
    expect([await ofOrder(own.id), await ofOrder(other.id)]).toEqual([120 * 45_000, 120 * 45_000])
  })

  test('never raises, and takes neither less than nothing nor the row by another way', async () => {
    const { id } = await running()
    const before = await committed(portal, nord.id)
    expect(await tried(organisations.supplierNord, ending(id), release(id, -1))).toBe('42501')
    expect(await tried(organisations.supplierNord, ending(id), 'select portal_release_commitment(null, null)')).toBe(
      '42501',
    )
    const bySelf = `update orders set committed_oere = 0 where id = '${id}'`
    expect(await tried(organisations.supplierNord, ending(id), bySelf)).toBe('42501')
    expect(await tried(organisations.supplierNord, ending(id), release(id, 999_999_999))).toBe('done')
    expect([await committed(portal, nord.id), await ofOrder(id)]).toEqual([before, 120 * 45_000])
  })
})
