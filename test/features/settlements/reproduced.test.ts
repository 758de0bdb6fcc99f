import { beforeEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { liv, must } from '#test/features/orders/support.ts'
import { course, recordedDay } from '#test/features/protocols/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { inDragoer, lineOf, moves, plan, settlementOf } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const settlement = (...asked: [client?: string, given?: Parameters<typeof settlementOf>[2]]) =>
  settlementOf(portal, ...asked)

beforeEach(async () => {
  portal = await testPortal()
})

describe('a past month is reproduced', () => {
  test('by its instant byte for byte, whatever was corrected, moved, ended, renamed or priced anew since', async () => {
    const order = await course(portal, plan, inDragoer)
    await recordedDay(portal, order, '2026-03-09', { attended: 120 })
    await recordedDay(portal, order, '2026-03-10', { attended: 120 })
    portal.clock.set('2026-04-02T10:00:00.000Z')
    const told = must(await settlement())
    const { asOf } = told.body
    const csv = must(await settlement('ydelse-dragoer', { asOf, accept: 'text/csv' }))
    portal.clock.set('2026-04-03T10:00:00.000Z')
    await recordedDay(portal, order, '2026-03-10', {
      attended: 60,
      absent: [{ code: 'unauthorised', minutes: 60 }],
      at: '2026-04-03T10:00:00.000Z',
    })
    await moves(portal, order, '0101', '2026-04-04T10:00:00.000Z')
    must(
      await as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/termination`, {
        endedOn: '2026-03-09',
        cause: 'benefit-stopped',
        registeredBy: liv,
      }),
    )
    await portal.sql('update framework_agreements set unit_price_oere = unit_price_oere + 1234 where id = $1', [
      demo.agreements.supplierNord.id,
    ])
    must(
      await as('administrator').patch(
        `/v1/organisations/${demo.organisations.supplierNord.id}`,
        { name: 'Nord under nyt navn' },
        {
          ifMatch: must(await as('administrator').get(`/v1/organisations/${demo.organisations.supplierNord.id}`))
            .headers['etag'] as string,
        },
      ),
    )
    for (const client of ['ydelse-dragoer', 'auditor-dragoer', 'auditor-koebenhavn', 'administrator']) {
      const again = must(await settlement(client, { asOf }))
      expect([client, again.text, again.headers['etag']]).toEqual([client, told.text, told.headers['etag']])
    }
    const file = must(await settlement('ydelse-dragoer', { asOf, accept: 'text/csv' }))
    expect(file.bytes.equals(csv.bytes)).toBe(true)
    // In another offset it is the same instant.
    expect(
      must(await settlement('ydelse-dragoer', { asOf: asOf.replace('T10', 'T12').replace('Z', '+02:00') })).text,
    ).toBe(told.text)
    const now = must(await settlement()).body
    expect(lineOf(now, order)).toMatchObject({ deliveredMinutes: 180, afterEndMinutes: 60 })
  })

  test('an instant that nobody asked for is counted from the versions that stood then', async () => {
    const order = await course(portal, plan, inDragoer)
    await recordedDay(portal, order, '2026-03-09', { attended: 120 })
    for (const [attended, at] of [
      [90, '2026-03-16T10:00:00.000Z'],
      [30, '2026-03-20T10:00:00.000Z'],
    ] as const) {
      await recordedDay(portal, order, '2026-03-09', {
        attended,
        absent: [{ code: 'unauthorised', minutes: 120 - attended }],
        at,
      })
    }
    portal.clock.set('2026-05-04T10:00:00.000Z')
    const minutes = async (asOf: string) =>
      lineOf(must(await settlement('ydelse-dragoer', { asOf })).body, order)?.deliveredMinutes
    expect(await minutes('2026-03-09T11:59:59.999Z')).toBeUndefined()
    expect(await minutes('2026-03-15T10:00:00.000Z')).toBe(120)
    expect(await minutes('2026-03-16T10:00:00.000Z')).toBe(90)
    expect(await minutes('2026-04-01T10:00:00.000Z')).toBe(30)
  })

  test('what was recorded before the instant and committed after the answer changes it no more', async () => {
    const order = await course(portal, plan, inDragoer)
    portal.clock.set('2026-04-02T10:00:00.000Z')
    const told = must(await settlement())
    expect(told.body.lines).toEqual([])
    await recordedDay(portal, order, '2026-03-09', { attended: 120, at: '2026-04-02T09:59:00.000Z' })
    expect(must(await settlement('auditor-dragoer', { asOf: told.body.asOf })).text).toBe(told.text)
    portal.clock.set('2026-04-02T10:00:01.000Z')
    expect(lineOf(must(await settlement()).body, order)?.deliveredMinutes).toBe(120)
  })

  test('of many who ask at once under one instant all are told the same, and equal lines are kept once', async () => {
    const order = await course(portal, plan, inDragoer)
    await recordedDay(portal, order, '2026-03-09', { attended: 120 })
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => settlement(index % 2 ? 'auditor-dragoer' : 'ydelse-dragoer')),
    )
    expect(new Set(answers.map(({ text }) => must(answers[0] as (typeof answers)[0]) && text)).size).toBe(1)
    portal.clock.set('2026-03-13T11:00:00.000Z')
    must(await settlement())
    const [kept] = await portal.sql(
      `select (select count(*)::int from settlements) as settlements, (select count(*)::int from settlement_lines) as lines`,
    )
    expect(kept).toEqual({ settlements: 2, lines: 1 })
  })
})
