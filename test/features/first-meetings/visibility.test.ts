import { beforeAll, describe, expect, test } from 'vitest'
import { approved, freshCpr, liv, must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { outcome, reSummon } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const purpose = { headers: { 'x-purpose': 'Stikprøve, sag 2026-18' } }
const everyone = [
  'supplier-nord',
  'supplier-syd',
  'supplier-beskaeftigelsescenter',
  'supplier-akasse',
  'jobcenter-musvaagevej',
  'jobcenter-skelbaekgade',
  'k-kassen',
  'ydelse-dragoer',
  'auditor-koebenhavn',
  'auditor-dragoer',
]
const get = (client: string, path: string) => as(client).get(path, client.startsWith('auditor') ? purpose : {})
const readersOf = async (path: string): Promise<string[]> => {
  const readers: string[] = []
  for (const client of everyone) {
    const answer = await get(client, path)
    if (answer.status === 200) readers.push(client)
    else expect(refusal(answer), client).toEqual([404, 'not-found'])
  }
  return readers
}
/** An order whose first meeting was excused, and whose second one was missed and answered. */
const summoned = async (changes: Record<string, unknown>) => {
  const { id } = await approved(as, changes)
  must(
    await outcome(nord(), id, {
      outcome: 'excused',
      on: '2026-03-02',
      code: 'sick',
      newMeetingAt: '2026-03-03T08:00:00Z',
    }),
  )
  const answer = await reSummon(nord(), id, { missedOn: '2026-03-03', newMeetingAt: '2026-03-09T08:00:00Z' })
  return { id, reSummonsId: must(answer).body.id as string }
}
const citizenOf = (residenceMunicipality: string) => ({
  cpr: freshCpr(),
  name: 'Prøve Person',
  residenceMunicipality,
})
beforeAll(async () => {
  portal = await testPortal()
})

describe('who sees the case around a first meeting', () => {
  const parties = ['supplier-nord', 'jobcenter-musvaagevej']

  test.each([
    ['cash-benefit-activity-ready', '0101', [...parties, 'k-kassen', 'auditor-koebenhavn']],
    ['sickness-benefit', '0101', [...parties, 'auditor-koebenhavn']],
    ['resource-course', '0155', [...parties, 'k-kassen', 'auditor-koebenhavn', 'auditor-dragoer']],
  ])('%s of municipality %s', async (targetGroup, municipality, readers) => {
    const { id, reSummonsId } = await summoned({ targetGroup, citizen: citizenOf(municipality) })
    for (const path of [
      `/v1/orders/${id}/first-meeting`,
      `/v1/orders/${id}/re-summons`,
      `/v1/re-summons/${reSummonsId}`,
    ]) {
      expect(await readersOf(path), path).toEqual(readers)
    }
  })

  test('the office of the citizen’s municipality reads the re-summons that it was told of, and no more of the order', async () => {
    const { id, reSummonsId } = await summoned({ targetGroup: 'sickness-benefit', citizen: citizenOf('0155') })
    expect(refusal(await as('ydelse-dragoer').get(`/v1/re-summons/${reSummonsId}`))).toEqual([404, 'not-found'])
    must(await outcome(nord(), id, { outcome: 'missed', on: '2026-03-09' }))
    expect((await as('ydelse-dragoer').get(`/v1/re-summons/${reSummonsId}`)).body.reminders).toEqual([])
    for (const path of [`/v1/orders/${id}/first-meeting`, `/v1/orders/${id}/re-summons`]) {
      expect(refusal(await as('ydelse-dragoer').get(path))).toEqual([404, 'not-found'])
    }
  })

  test('why somebody was excused is shown to supplier, jobcenter and auditor, and to no benefits office', async () => {
    const { id } = await summoned({})
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'auditor-koebenhavn', 'k-kassen']) {
      const { body, text } = must(await get(client, `/v1/orders/${id}/first-meeting`))
      const shown = client !== 'k-kassen'
      expect(body.outcomes.map((one: { outcome: string }) => one.outcome)).toEqual(['excused', 'missed'])
      expect([text.includes('sick'), 'excusedDays' in body], client).toEqual([shown, shown])
    }
    const told = await portal.sql<{ data: unknown }>(
      'select e.data, e.path, o.subject from events e, obligations o where e.order_id = $1 and o.order_id = $1',
      [id],
    )
    expect(JSON.stringify(told)).not.toContain('sick')
  })

  test('an auditor names the purpose, and the look-up is kept', async () => {
    const { id, reSummonsId } = await summoned({})
    for (const path of [
      `/v1/orders/${id}/first-meeting`,
      `/v1/orders/${id}/re-summons`,
      `/v1/re-summons/${reSummonsId}`,
    ]) {
      expect(refusal(await as('auditor-koebenhavn').get(path))).toEqual([400, 'purpose-required'])
      must(await get('auditor-koebenhavn', path))
    }
    const kept = await portal.sql<{ operation: string }>(
      `select operation from lookups where order_id = $1 and purpose is not null order by operation`,
      [id],
    )
    expect(kept.map(({ operation }) => operation)).toEqual(['getFirstMeeting', 'getReSummons', 'listReSummonses'])
  })

  test('an unchanged case is answered 304; a list goes on where it stopped', async () => {
    const { id } = await summoned({})
    must(
      await reSummon(nord(), id, {
        missedOn: '2026-03-09',
        letterSentOn: '2026-03-10',
        newMeetingAt: '2026-03-16T08:00:00Z',
      }),
    )
    const { headers } = must(await nord().get(`/v1/orders/${id}/first-meeting`))
    const again = await nord().get(`/v1/orders/${id}/first-meeting`, {
      headers: { 'if-none-match': headers['etag'] ?? '' },
    })
    expect(again.status).toBe(304)
    const first = must(await nord().get(`/v1/orders/${id}/re-summons?limit=1`)).body
    const second = must(await nord().get(`/v1/orders/${id}/re-summons?limit=1&cursor=${first.next}`)).body
    expect([...first.items, ...second.items].map((one: { missedOn: string }) => one.missedOn)).toEqual([
      '2026-03-03',
      '2026-03-09',
    ])
    expect(second.next).toBeNull()
  })

  test('only suppliers write', async () => {
    const { id, reSummonsId } = await summoned({})
    for (const client of ['jobcenter-musvaagevej', 'k-kassen', 'auditor-koebenhavn']) {
      expect(refusal(await outcome(as(client), id, { outcome: 'missed', on: '2026-03-09' }))).toEqual([
        403,
        'forbidden',
      ])
      expect(refusal(await reSummon(as(client), id))).toEqual([403, 'forbidden'])
      const reminder = { channel: 'sms', at: '2026-03-12T12:00:00Z', registeredBy: liv }
      expect(refusal(await as(client).post(`/v1/re-summons/${reSummonsId}/reminders`, reminder))).toEqual([
        403,
        'forbidden',
      ])
    }
  })
})
