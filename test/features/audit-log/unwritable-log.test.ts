import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { testPortal } from '#test/support/test-portal.ts'

const { activityReady } = demo.orders

describe('what cannot be logged does not happen', () => {
  const absence = {
    orderId: activityReady.id,
    activityId: activityReady.activityId,
    date: '2026-03-13',
    wholeDay: true,
    reason: 'no-notice',
    registeredBy: { name: 'Nora' },
  }
  const day = {
    entries: [{ activityId: activityReady.activityId, attendedMinutes: 0 }],
    registeredBy: { name: 'Nora' },
  }
  const writes = [
    ['an absence', 'change_log', 'post', '/v1/absences', absence],
    ['absences', 'change_log', 'post', '/v1/absences/batch', { items: [absence] }],
    [
      'a note',
      'change_log',
      'post',
      `/v1/orders/${activityReady.id}/notices`,
      { kind: 'other', text: 'x', registeredBy: { name: 'Nora' } },
    ],
    ['a refusal', 'refusals', 'post', '/v1/absences', { ...absence, reason: 'own-sickness' }],
    ['attendance', 'change_log', 'put', `/v1/orders/${activityReady.id}/attendance/2026-03-13`, day],
  ] as const

  /** How the log becomes unwritable, and writable again. */
  const ways = {
    'without the right to': ['revoke insert on $ from portal_application', 'grant insert on $ to portal_application'],
    'by a trigger that raises': [
      `create function no_more() returns trigger language plpgsql as $$ begin raise exception 'out of order'; end $$;
       create trigger no_more before insert on $ for each row execute function no_more()`,
      'drop trigger no_more on $',
    ],
    'by a trigger that divides by zero': [
      `create function no_more() returns trigger language plpgsql as $$ begin return 1 / 0; end $$;
       create constraint trigger no_more after insert on $ for each row execute function no_more()`,
      'drop trigger no_more on $',
    ],
  } as const
  const cases = Object.keys(ways).flatMap((way) =>
    writes.map((write) => [write[0], way as keyof typeof ways, write] as const),
  )

  test.each(cases)('%s, %s', async (_name, way, [, table, method, path, body]) => {
    const [stop, go] = ways[way].map((statement) =>
      statement.replaceAll(' $ ', ` ${table} `).replace(/ \$$/, ` ${table}`),
    )
    const portal = await testPortal()
    const nord = portal.as('supplier-nord')
    const planned = await portal.sql<{ minutes: number }>(
      `select planned_minutes as minutes from planned_days where order_id = $1 and date = '2026-03-13'`,
      [activityReady.id],
    )
    const sent = structuredClone(body) as unknown as { entries?: { attendedMinutes: number }[] }
    if (sent.entries?.[0]) sent.entries[0].attendedMinutes = planned[0]?.minutes ?? 0
    await portal.sql(stop ?? '')
    for (const [language, title] of [
      ['da', 'Loggen kan ikke skrives'],
      ['en', 'The audit log cannot be written'],
    ] as const) {
      const options = { headers: { 'accept-language': language }, idempotencyKey: 'again' }
      const answer = await nord[method](path, sent, method === 'post' ? options : { headers: options.headers })
      expect([answer.status, answer.body.code, answer.body.title]).toEqual([503, 'audit-log-unavailable', title])
      expect(answer.headers['retry-after']).toBe('5')
      expect(answer.text).not.toContain(table)
    }
    await portal.sql(go ?? '')
    const again = await nord[method](path, sent, method === 'post' ? { idempotencyKey: 'again' } : {})
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([
      expect.toSatisfy((status: number) => status < 300 || (table === 'refusals' && status === 422)),
      undefined,
    ])
  })
})
