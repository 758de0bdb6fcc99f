import { expect, test } from 'vitest'
import { approved, dorte, eventsOf, freshCpr, must, organisations } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { outcome, reSummon } from './support.ts'

const portal = await testPortal()
const as = (client: string) => portal.as(client)
const { jobcenterMusvaagevej, ydelseDragoer } = organisations

test.each([
  ['into Dragør', '0101', '0155', [jobcenterMusvaagevej.id]],
  ['out of Dragør', '0155', '0101', [jobcenterMusvaagevej.id, ydelseDragoer.id]],
])(
  '§ 7, 000: a meeting missed before a move %s is copied to the office of that day',
  async (_way, from, to, recipients) => {
    const citizen = { cpr: freshCpr(), name: 'Prøve Person', residenceMunicipality: from }
    portal.clock.set('2026-03-02T12:00:00.000Z')
    const { id } = await approved(as, { targetGroup: 'sickness-benefit', citizen })
    must(await outcome(as('supplier-nord'), id, { outcome: 'missed', on: '2026-03-02' }))
    portal.clock.set('2026-03-03T12:00:00.000Z')
    must(await reSummon(as('supplier-nord'), id))
    portal.clock.set('2026-03-10T12:00:00.000Z')
    const changes = { reason: 'Flyttet', registeredBy: dorte, citizen: { residenceMunicipality: to } }
    must(await as('jobcenter-musvaagevej').patch(`/v1/orders/${id}`, changes, { ifMatch: '*' }))
    must(await outcome(as('supplier-nord'), id, { outcome: 'missed', on: '2026-03-09' }))
    const told = (await eventsOf(portal, id)).find(({ type }) => type === 'first-meeting.missed-again')
    expect(told?.recipients).toEqual(recipients)
  },
)
