import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import {
  agreements,
  approved,
  atTheFund,
  dorte,
  draft,
  must,
  orderBody,
  organisations,
  plan as planned,
  refusal,
} from './support.ts'

const [finalTemplate, interimTemplate] = [
  '01890000-0000-7000-8000-0000000f0001',
  '01890000-0000-7000-8000-0000000f0002',
]
let portal: TestPortal
const as = (client: string) => portal.as(client)
const jobcenter = () => as('jobcenter-musvaagevej')
const amend = (id: string, changes: Record<string, unknown>) =>
  jobcenter().patch(`/v1/orders/${id}`, { reason: 'Ændret behov', registeredBy: dorte, ...changes }, { ifMatch: '*' })
const caseworker = { name: 'Ny Sagsbehandler', email: 'ny@jobcenter.example' }

beforeAll(async () => {
  portal = await testPortal()
})

describe('an amendment asks the rules about what it changes', () => {
  test('an agreement that ends earlier by now: the rest is amended, the end comes closer and never moves away', async () => {
    const { id } = await approved(as, atTheFund)
    const end = (on: string) =>
      portal.sql('update framework_agreements set valid_to = $2 where id = $1', [agreements.supplierAkasse.id, on])
    await end('2026-04-30')
    must(await amend(id, { caseworker }))
    must(await amend(id, { endDate: '2026-05-08', orderedMinutes: 3600 }))
    const longer = await amend(id, { endDate: '2026-05-09' })
    expect([refusal(longer), longer.body.outside]).toEqual([[422, 'agreement-not-valid'], ['endDate']])
    const other = await amend(id, { offer: 'lottery' })
    expect([refusal(other), other.body.outside]).toEqual([[422, 'agreement-not-valid'], ['offer']])
    const drafted = await jobcenter().post('/v1/orders', orderBody(atTheFund))
    expect(refusal(drafted)).toEqual([422, 'agreement-not-valid'])
    await end('2026-12-31')
  })

  test('contact-person-missing and a group that ended since keep no amendment back, and every new order', async () => {
    const { id } = await approved(as)
    const edited = await draft(as)
    const address = await portal.sql<{ secure_email: string }>('select secure_email from organisations where id = $1', [
      organisations.supplierNord.id,
    ])
    const set = (email: string | null) =>
      portal.sql('update organisations set secure_email = $2 where id = $1', [organisations.supplierNord.id, email])
    await set(null)
    must(await amend(id, { caseworker, citizen: { residenceMunicipality: '0155' } }))
    must(await amend(edited.id, { orderedMinutes: 6000 }))
    expect(refusal(await jobcenter().post('/v1/orders', orderBody()))).toEqual([409, 'contact-person-missing'])
    await set(address[0]?.secure_email ?? null)
  })

  test('unknown-target-group: a start on which the group is none is refused; one that was none before is not asked', async () => {
    const group = 'cash-benefit-activity-ready'
    const valid = (from: string) =>
      portal.sql("update code_values set valid_from = $2 where set_name = 'target-groups' and code = $1", [group, from])
    const [before] = await portal.sql<{ from: string }>(
      `select valid_from::text as "from" from code_values where set_name = 'target-groups' and code = $1`,
      [group],
    )
    const { id } = await approved(as)
    const meeting = { firstMeetingAt: '2026-03-02T08:00:00Z' }
    await valid('2026-02-25')
    expect(refusal(await amend(id, { startDate: '2026-02-24', ...meeting }))).toEqual([422, 'unknown-target-group'])
    must(await amend(id, { startDate: '2026-02-25', ...meeting }))
    await valid('2026-03-10')
    must(await amend(id, { startDate: '2026-02-26', ...meeting }))
    await valid(before?.from ?? '2000-01-01')
  })

  test('order-incoherent, unknown-delivery-address: as ever, where dates or address change', async () => {
    const { id } = await approved(as)
    expect(refusal(await amend(id, { startDate: '2026-03-03' }))).toEqual([422, 'order-incoherent'])
    const deliveryAddressId = organisations.supplierSyd.deliveryAddresses[0].id
    expect(refusal(await amend(id, { deliveryAddressId }))).toEqual([422, 'unknown-delivery-address'])
  })
})

describe('a citizen who moves', () => {
  test('takes along the open duties of that day and later; what was due, met or waived before stays where it was', async () => {
    const { id } = await approved(as, { reports: { interimEveryWeeks: 4 } })
    await portal.sql(
      `insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, residence_municipality, target_group,
         subject, opened_at, opened_because, due_on, due_at, original_due_on, met_at, waived_at)
       select uuidv7(), 'contact-request', o.id, o.supplier_id, o.jobcenter_id, o.citizen_id, '0101', o.target_group, d.subject,
           '2026-03-01', 'asked', d.due_on::date, d.due_on::date + interval '23 hours', d.due_on::date, d.met_at, d.waived_at
         from orders o cross join (values ('overdue', '2026-03-12', null, null), ('that-day', '2026-03-13', null, null),
           ('ahead', '2026-03-14', null, null), ('met', '2026-03-20', timestamptz '2026-03-10', null),
           ('waived', '2026-03-20', null, timestamptz '2026-03-10')) d (subject, due_on, met_at, waived_at) where o.id = $1`,
      [id],
    )
    must(await amend(id, { citizen: { residenceMunicipality: '0155' } }))
    const duties = await portal.sql<{ subject: string; where: string }>(
      `select subject, residence_municipality as "where" from obligations where order_id = $1`,
      [id],
    )
    const whereOf = Object.fromEntries(duties.map(({ subject, where }) => [subject, where]))
    expect(whereOf).toEqual({
      '2026-03-02': '0101',
      overdue: '0101',
      'that-day': '0155',
      ahead: '0155',
      met: '0101',
      waived: '0101',
      '2026-03-30': '0155',
      '2026-04-27': '0155',
    })
  })

  test('gets duties that are opened again where they live now', async () => {
    const order = await approved(as, { reports: { interimEveryWeeks: 4 } })
    const nord = as('supplier-nord')
    const days = { '2026-03-16': 60, '2026-04-07': 60 }
    must(await planned(nord, order, days))
    must(await planned(nord, order, { '2026-03-16': 60 }, { ifMatch: '*' }))
    must(await amend(order.id, { reports: null, citizen: { residenceMunicipality: '0155' } }))
    must(await amend(order.id, { reports: { interimEveryWeeks: 4 } }))
    must(await planned(nord, order, days, { ifMatch: '*' }))
    const open = await portal.sql<{ subject: string; where: string }>(
      `select subject, residence_municipality as "where" from obligations
        where order_id = $1 and waived_at is null and met_at is null and due_on > '2026-03-13' order by subject`,
      [order.id],
    )
    expect(open.map(({ subject, where }) => `${subject} ${where}`)).toEqual(
      ['2026-03', '2026-03-30', '2026-04', '2026-04-27'].map((subject) => `${subject} 0155`),
    )
  })
})

describe('reports.templateId names a template of final reports', () => {
  const notThere = async (answer: Awaited<ReturnType<typeof amend>>) => {
    expect(refusal(answer)).toEqual([404, 'not-found'])
    expect(answer.body.errors[0].pointer).toBe('/reports/templateId')
  }

  test('of a new order, an edited draft and an amended order; in capitals too', async () => {
    for (const templateId of ['01890000-0000-7000-8000-00009999ffff', interimTemplate]) {
      await notThere(await jobcenter().post('/v1/orders', orderBody({ reports: { templateId } })))
      await notThere(await amend((await draft(as)).id, { reports: { templateId } }))
      await notThere(await amend((await approved(as)).id, { reports: { templateId } }))
    }
    const { id, reports } = await approved(as, { reports: { templateId: finalTemplate.toUpperCase() } })
    expect(reports).toEqual({ templateId: finalTemplate })
    must(await amend(id, { reports: { templateId: finalTemplate, interimEveryWeeks: 4 } }))
  })
})
