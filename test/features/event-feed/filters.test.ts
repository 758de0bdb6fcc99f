import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { musvaagevej, nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { testPortal } from '#test/support/test-portal.ts'

type Page = { items: { id: string; type: string }[]; next: string }
const portal = await testPortal()
const supplier = portal.as('supplier-nord')
const page = async (query: string): Promise<Page> => {
  const answer = await supplier.get(`/v1/events?${query}`)
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}
const ids = async (query: string): Promise<string[]> => (await page(query)).items.map((item) => item.id)
const sequence = async (): Promise<void> => {
  for (let left = 1; left > 0; ) {
    const round = await sequenceEvents(portal.workerDatabase)
    left = round === 'held-elsewhere' ? 1 : round.events
  }
}
const end = async (): Promise<string> => {
  await sequence()
  for (let cursor = ''; ; ) {
    const { items, next } = await page(`limit=500${cursor}`)
    if (items.length === 0) return next
    cursor = `&cursor=${next}`
  }
}

describe('filters', () => {
  const [one, two] = [demo.orders.activityReady.id, demo.orders.sicknessBenefit.id]
  let start = ''
  const written: Record<string, string> = {}
  beforeAll(async () => {
    await writtenEvent(portal.database)
    start = await end()
    const write = async (name: string, given: Parameters<typeof writtenEvent>[1]): Promise<void> => {
      written[name] = `evt_${await writtenEvent(portal.database, given)}`
    }
    await write('placed', { orderId: one })
    await write('returned', { orderId: one, type: 'report.returned' })
    await write('other', { orderId: two, type: 'leave.approved' })
    await write('none', { orderId: null })
    await sequence()
  })
  const named = async (query: string): Promise<string[]> => {
    const names = Object.entries(written)
    return (await ids(`cursor=${start}&${query}`)).map((id) => names.find((entry) => entry[1] === id)?.[0] ?? id)
  }

  test('by one type or several', async () => {
    expect(await named('type=report.returned')).toEqual(['returned'])
    expect(await named('type=leave.approved&type=report.returned')).toEqual(['returned', 'other'])
  })

  test('by order, whose id may come in capitals', async () => {
    expect(await named(`orderId=${one}`)).toEqual(['placed', 'returned'])
    expect(await named(`orderId=${two.toUpperCase()}`)).toEqual(['other'])
    expect(await named('orderId=01890000-0000-7000-8000-0000000fffff')).toEqual([])
  })

  test('by jobcenter and target group as they stood when the event got its number', async () => {
    const [order] = await portal.sql<{ jobcenter_id: string; target_group: string }>(
      'select jobcenter_id, target_group from orders where id = $1',
      [one],
    )
    expect(await named(`targetGroup=${order?.target_group}`)).toEqual(['placed', 'returned'])
    expect(await named(`jobcenterId=${order?.jobcenter_id}&orderId=${one}&type=order.placed`)).toEqual(['placed'])
    const another = '01890000-0000-7000-8000-00000000abcd'
    await portal.sql(`insert into organisations (id, name, kinds) values ($1, 'Jobcenter', '{jobcenter}')`, [another])
    // A group that there once was is known.
    await portal.sql(
      `insert into code_values (set_name, code, valid_from, valid_to, label_da, label_en, position)
       select set_name, 'another', '2001-01-01', '2001-12-31', label_da, label_en, 99
         from code_values where set_name = 'target-groups' limit 1`,
    )
    expect(await named(`jobcenterId=${another.toUpperCase()}`)).toEqual([])
    await portal.sql(`update events set jobcenter_id = $2, target_group = 'another' where id = $1`, [
      written['placed']?.slice(4),
      another,
    ])
    expect(await named(`jobcenterId=${another}`)).toEqual(['placed'])
    expect(await named('targetGroup=another')).toEqual(['placed'])
  })

  test.each(['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen', 'auditor-koebenhavn', 'administrator'])(
    'that name no target group or jobcenter are refused, not silent for ever: %s',
    async (client) => {
      const nobody = '01890000-0000-7000-8000-00000000dead'
      for (const [query, pointers] of [
        [`targetGroup=nope&wait=30`, ['targetGroup']],
        [`jobcenterId=${nobody}`, ['jobcenterId']],
        [`jobcenterId=${nord}&targetGroup=nope`, ['targetGroup', 'jobcenterId']],
      ] as const) {
        const refused = await portal.as(client).get(`/v1/events?${query}`)
        expect([refused.status, refused.body.code]).toEqual([422, 'unknown-webhook-filter'])
        expect(refused.body.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual(pointers)
        expect(refused.body.detail).not.toContain('start')
      }
      const known = `targetGroup=cash-benefit-activity-ready&jobcenterId=${musvaagevej}`
      expect((await portal.as(client).get(`/v1/events?${known}`)).status).toBe(200)
    },
  )

  test('all of them together, in pages', async () => {
    const first = await page(`cursor=${start}&orderId=${one}&limit=1`)
    expect(first.items.map((item) => item.id)).toEqual([written['placed']])
    const second = await page(`cursor=${first.next}&orderId=${one}&limit=1`)
    expect(second.items.map((item) => item.id)).toEqual([written['returned']])
    expect((await page(`cursor=${second.next}&orderId=${one}&limit=1`)).items).toEqual([])
  })

  test('move the cursor past what they leave out, and the link has them too', async () => {
    const answer = await supplier.get(`/v1/events?cursor=${start}&type=invoice.decided&type=order.cancelled`)
    const all = await end()
    expect(answer.body).toEqual({ items: [], next: all })
    expect(answer.headers['link']).toBe(
      `<http://portal.test/v1/events?cursor=${all}&type=invoice.decided&type=order.cancelled>; rel="next"`,
    )
    expect((await page(`cursor=${all}&type=invoice.decided`)).next).toBe(all)
  })

  test.each([
    ['type=order.exploded', 'type.0'],
    [Array.from({ length: 51 }, () => 'type=order.placed').join('&'), 'type'],
    ['orderId=7', 'orderId'],
    ['jobcenterId=x', 'jobcenterId'],
    ['colour=red', 'colour'],
    ['wait=1&wait=2', 'wait'],
  ])('what it cannot be is refused: %.30s…', async (query, pointer) => {
    const answer = await supplier.get(`/v1/events?${query}`)
    expect(answer.body.code).toBe('invalid-request')
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })
})

describe('a feed with very many events of which few fit', () => {
  const many = 130_000
  let start = ''
  beforeAll(async () => {
    start = await end()
    const [counter] = await portal.sql<{ last: string }>('select last from event_sequence')
    await portal.sql(
      `with written as (
         insert into events (id, sequence, type, occurred_at, producer_id, recipients, data, path)
         select uuidv7(), $3::bigint + n, case when n in (3, 60000, 130000) then 'report.returned' else 'order.placed' end,
                now(), $2, array[$1::uuid], '{}', '/v1/orders/x'
           from generate_series(1, $4::integer) as n returning id, sequence)
       insert into event_feed (organisation_id, sequence, event_id) select $1, sequence, id from written`,
      [nord, musvaagevej, Number(counter?.last), many],
    )
    await portal.sql('update event_sequence set last = last + $1', [many])
  }, 120_000)

  test('is read in a few requests, each of which looks at no more than it may', async () => {
    const found: string[] = []
    const pages: number[] = []
    for (let cursor = start; ; ) {
      const { items, next } = await page(`cursor=${cursor}&type=report.returned&wait=0`)
      found.push(...items.map((item) => item.type))
      pages.push(items.length)
      if (items.length === 0 && next === cursor) break
      cursor = next
    }
    expect(found).toEqual(['report.returned', 'report.returned', 'report.returned'])
    expect(pages.length).toBeLessThanOrEqual(6)
  })

  test('answers a reader that waits with how far it got, not only when the time is over', async () => {
    const first = await page(`cursor=${start}&type=invoice.decided&wait=30`)
    expect(first.items).toEqual([])
    expect(first.next).not.toBe(start)
    const second = await page(`cursor=${first.next}&type=invoice.decided&wait=1`)
    const [counter] = await portal.sql<{ last: string }>('select last from event_sequence')
    expect(second.next).toBe(Buffer.from(`1:${counter?.last}`).toString('base64url'))
  })

  test.each([false, true])('costs a page what its stretch holds, with statistics: %j', async (analysed) => {
    if (analysed) await portal.sql('analyze events, event_feed')
    const statements: { text: string; values: unknown[] }[] = []
    const query = pg.Client.prototype.query as (...given: unknown[]) => unknown
    pg.Client.prototype.query = function record(this: pg.Client, ...sent: unknown[]) {
      const [first, values] = sent as [string | { text: string }, unknown[] | undefined]
      const text = typeof first === 'string' ? first : first.text
      if (/event_feed|set_config\(name/.test(text)) statements.push({ text, values: values ?? [] })
      return query.apply(this, sent)
    } as typeof pg.Client.prototype.query
    try {
      await page(`cursor=${start}&limit=50`)
      await page(`cursor=${start}&type=leave.approved`)
    } finally {
      pg.Client.prototype.query = query as typeof pg.Client.prototype.query
    }
    const buffers = async (at: number): Promise<number> => {
      const [settings, stretch] = statements.slice(at, at + 2)
      const connection = await portal.database.pool.connect()
      try {
        await connection.query('begin')
        await connection.query(`select set_config('portal.organisation', $1, true)`, [nord])
        await connection.query(settings?.text ?? '', settings?.values)
        const explain = `explain (analyze, buffers, format json) ${stretch?.text}`
        const { rows } = await connection.query(explain, stretch?.values)
        await connection.query('rollback')
        const plan = rows[0]['QUERY PLAN'][0].Plan
        return plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
      } finally {
        connection.release()
      }
    }
    // A page of 50: its entries, each one's event, and the two ends of the feed's index.
    expect(await buffers(0)).toBeLessThan(500)
    // 10,000 entries at about four buffers each way; all 130,000 would be above half a million.
    expect(await buffers(2)).toBeLessThan(60_000)
  })
})
