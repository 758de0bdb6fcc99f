import { expect, test } from 'vitest'
import { move } from '#test/features/orders/moved-course.ts'
import { liv, must, refusal } from '#test/features/orders/support.ts'
import { course } from '#test/features/protocols/support.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()

test.each([
  ['into Dragør', '0101', '0155', [1]],
  ['out of Dragør', '0155', '0101', [0]],
  ['from Copenhagen to another', '0101', '0185', null],
])("000: of a citizen who moved %s Dragør's office reads the notices of its days", async (_way, from, to, read) => {
  portal.clock.set('2026-03-02T12:00:00.000Z')
  const order = await course(
    portal,
    { '2026-03-02': 120 },
    { residenceMunicipality: from, targetGroup: 'sickness-benefit' },
  )
  const path = `/v1/orders/${order.id}/notices`
  const tell = async (text: string): Promise<string> =>
    must(await portal.as('supplier-nord').post(path, { kind: 'travelling', text, registeredBy: liv })).body.id
  const ids = [await tell('Rejser')]
  portal.clock.set('2026-03-10T08:00:00.000Z')
  await move(portal, order, to)
  ids.push(await tell('Rejser igen'))
  const answer = await portal.as('ydelse-dragoer').get(path)
  if (read === null) return expect(refusal(answer)).toEqual([404, 'not-found'])
  expect(must(answer).body.items.map(({ id }: { id: string }) => id)).toEqual(read.map((place) => ids[place]))
})
