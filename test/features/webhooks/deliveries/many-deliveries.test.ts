import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { musvaagevej, nord } from '#test/platform/outbox/written-event.ts'
import { buffersOf } from '#test/support/buffers-of.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const many = 100_000
let portal: TestPortal
let busy: string
let quiet: string
let someEvent: string
let someOrder: string

const endpoint = async (): Promise<string> => {
  const body = { url: 'http://127.0.0.1:9/events', eventTypes: ['*'] }
  return (await portal.as('supplier-nord').post('/v1/webhook-endpoints', body)).body.id as string
}

/** Deliveries to two endpoints, the quiet one's and the last failed ones at the very end, as they would be after a year. */
const fill = async (): Promise<void> => {
  await portal.sql(
    `with told as (
       insert into events (id, sequence, type, occurred_at, producer_id, recipients, order_id, data, path)
       select uuidv7(), 1000000 + n, case when n > $1 - 100 then 'report.returned' else 'order.amended' end, now(), $2,
              array[$3]::uuid[], ('01880000-0000-7000-8000-' || lpad(to_hex(n / 20), 12, '0'))::uuid, '{}', '/'
         from generate_series(1, $1::int) n returning id, sequence, type)
     insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, event_type, sequence, status, due_at)
     select uuidv7(), case when sequence > 1000000 + $1 - 1000 then $5::uuid else $4::uuid end, $3, id, type, sequence,
            case when sequence > 1000000 + $1 - 50 then 'failed' else 'delivered' end, null
       from told order by sequence`,
    [many, musvaagevej, nord, busy, quiet],
  )
  await portal.sql('analyze webhook_deliveries, events')
}

beforeAll(async () => {
  portal = await testPortal()
  busy = await endpoint()
  quiet = await endpoint()
  await fill()
  const [row] = await portal.sql('select id, order_id from events where sequence = $1', [1_000_000 + many / 2])
  someEvent = `evt_${row?.['id']}`
  someOrder = row?.['order_id'] as string
}, 120_000)

// A walk through all of them takes thousands of buffers.
describe('a list of a hundred thousand deliveries', () => {
  test.each([
    ['everything', () => ({}), 'some'],
    ['a busy endpoint', () => ({ endpointId: busy }), 'some'],
    ['a quiet endpoint', () => ({ endpointId: quiet }), 'some'],
    ['no endpoint of the caller', () => ({ endpointId: newId() }), 'none'],
    ['an event', () => ({ eventId: someEvent }), 'some'],
    ['an order', () => ({ orderId: someOrder }), 'some'],
    ['an order without events', () => ({ orderId: newId() }), 'none'],
    ['a frequent type', () => ({ eventType: 'order.amended' }), 'some'],
    ['a rare type', () => ({ eventType: 'report.returned' }), 'some'],
    ['a type that there is not', () => ({ eventType: 'course.ended' }), 'none'],
    ['what was delivered', () => ({ status: 'delivered' }), 'some'],
    ['what has failed', () => ({ status: 'failed' }), 'some'],
    ['what is open', () => ({ status: 'pending' }), 'none'],
    ['what has failed at one endpoint', () => ({ status: 'failed', endpointId: quiet }), 'some'],
    ['a rare type at one endpoint', () => ({ eventType: 'report.returned', endpointId: quiet }), 'some'],
  ] as const)('narrowed to %s costs no walk through all', async (_, query, items) => {
    const options = { query: { limit: 50, ...query() } }
    const given = {
      client: 'supplier-nord',
      path: '/v1/webhook-deliveries',
      table: 'webhook_deliveries',
      items,
      options,
    }
    expect(await buffersOf(portal, given)).toBeLessThan(1000)
  })
})
