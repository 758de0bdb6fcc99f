import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { documentForm } from '#test/support/document-form.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { day, dutyTexts, liv, put, staleness, submitted, unauthorised } from './support.ts'

const { activityReady } = demo.orders
const { id } = activityReady

type Planned = { date: string; activityId: string; plannedMinutes: number }

const plan = async (portal: Awaited<ReturnType<typeof testPortal>>, change: (days: Planned[]) => Planned[]) => {
  const supplier = portal.as('supplier-nord')
  const now = await supplier.get(`/v1/orders/${id}/plan`)
  return supplier.put(
    `/v1/orders/${id}/plan`,
    { complete: false, days: change(now.body.days) },
    { ifMatch: now.headers['etag'] ?? '' },
  )
}
const of = (date: string, plannedMinutes: number) => (days: Planned[]) =>
  days.map((one) => (one.date === date ? { ...one, plannedMinutes } : one))

describe('ours: a plan keeps what the protocol holds', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  await put(supplier, '2026-03-10', day(unauthorised(30)))

  test('no activity of a day falls below its record, and other past days change', async () => {
    const below = await plan(portal, of('2026-03-10', 119))
    expect(refusal(below)).toEqual([409, 'plan-conflicts-with-record'])
    expect(below.body.dates).toEqual(['2026-03-10'])
    expect(refusal(await plan(portal, (days) => days.filter((one) => one.date !== '2026-03-10')))).toEqual([
      409,
      'plan-conflicts-with-record',
    ])
    must(await plan(portal, of('2026-03-11', 60)))
  })

  test('a day that is planned longer afterwards is to be recorded again', async () => {
    must(await plan(portal, of('2026-03-10', 150)))
    const { body } = await supplier.get(`/v1/orders/${id}/attendance/2026-03-10`)
    expect(body.missing).toContainEqual({ code: 'attendance-outdated' })
    const again = await put(supplier, '2026-03-10', day(unauthorised(30), {}, 150))
    expect(again.body.missing.map((one: { code: string }) => one.code)).toEqual(['absence-registration'])
  })

  test('no day of a submitted month that is over changes, neither way; from today on they do, and it is stale', async () => {
    must(await put(supplier, '2026-03-12', day(unauthorised(120))))
    await submitted(portal, '2026-03')
    for (const minutes of [119, 121]) {
      const answer = await plan(portal, of('2026-03-09', minutes))
      expect(refusal(answer)).toEqual([409, 'plan-conflicts-with-record'])
      expect(answer.body.dates).toEqual(['2026-03-09'])
    }
    must(await plan(portal, of('2026-04-13', 60)))
    expect((await staleness(portal, '2026-03'))?.dates).toEqual([])
    must(await plan(portal, (days) => of('2026-03-13', 60)(days).filter((one) => one.date !== '2026-03-31')))
    expect(await staleness(portal, '2026-03')).toEqual({
      dates: ['2026-03-13', '2026-03-31'],
      because: ['planned'],
      duty: '2026-03 v2 due 2026-03-20',
    })
  })

  test('the course does not end before what is recorded, save when the benefit stopped', async () => {
    const end = (client: string, endedOn: string, cause: string) =>
      portal.as(client).post(`/v1/orders/${id}/termination`, { endedOn, cause, registeredBy: liv })
    const early = await end('supplier-nord', '2026-03-11', 'employment')
    expect(refusal(early)).toEqual([422, 'termination-date'])
    expect(early.body.recordedAfter).toEqual(['2026-03-12'])
    must(await end('k-kassen', '2026-03-11', 'benefit-stopped'))
    // The duty of the day before the end stays; the one after it can be met no more.
    expect(await dutyTexts(portal)).toEqual([
      '2026-03-10 due 2026-03-10 open',
      '2026-03-12 due 2026-03-12 waived course-ended',
    ])
    // What was recorded after it stays, and more is not taken.
    expect((await supplier.get(`/v1/orders/${id}/attendance/2026-03-12`)).status).toBe(200)
    expect(refusal(await put(supplier, '2026-03-12', day(unauthorised(30), { correctionReason: 'x' })))).toEqual([
      422,
      'attendance-outside-course',
    ])
    const [order] = await portal.sql<{ plan_conflict: boolean }>('select plan_conflict from orders where id = $1', [id])
    expect(order?.plan_conflict).toBe(true)
  })
})

describe('ours: a submitted month is stale when the course turns out to end before its planned days', () => {
  test.each([
    ['the benefits office ends it', 'k-kassen'],
    ['the jobcenter ends it', 'jobcenter-musvaagevej'],
  ])('%s', async (_who, client) => {
    const portal = await testPortal()
    await submitted(portal, '2026-03')
    const body = { endedOn: '2026-03-12', cause: 'benefit-stopped', registeredBy: liv }
    must(await portal.as(client).post(`/v1/orders/${id}/termination`, body))
    const { dates, because, duty } = (await staleness(portal, '2026-03')) ?? {}
    expect([dates?.[0], dates?.at(-1)]).toEqual(['2026-03-13', '2026-03-31'])
    expect([because, duty]).toEqual([['course-ended'], '2026-03 v2 due 2026-03-20'])
  })

  test('an amendment shortens it; one that does not touches nothing, nor does an end after them', async () => {
    const portal = await testPortal()
    await submitted(portal, '2026-03')
    const amend = async (changes: Record<string, unknown>) => {
      const jobcenter = portal.as('jobcenter-musvaagevej')
      const { headers } = must(await jobcenter.get(`/v1/orders/${id}`))
      const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
      const body = { ...changes, reason: 'Aftalt', registeredBy: sally }
      must(await jobcenter.patch(`/v1/orders/${id}`, body, { ifMatch: headers['etag'] ?? '' }))
    }
    await amend({ endDate: '2026-04-30' })
    expect((await staleness(portal, '2026-03'))?.dates).toEqual([])
    await amend({ endDate: '2026-03-30' })
    expect(await staleness(portal, '2026-03')).toEqual({
      dates: ['2026-03-31'],
      because: ['order-amended'],
      duty: '2026-03 v2 due 2026-03-20',
    })
  })

  test('only whoever has just changed the order may say so', async () => {
    const portal = await testPortal()
    await expect(
      portal.sql(
        `select set_config('portal.organisation', $1, false), portal_touch_days($2, '2026-03-13', null, $3, 'x', '2026-03-20')`,
        [activityReady.supplierId, id, portal.clock.now()],
      ),
    ).rejects.toThrow('protocols are touched by whoever has just changed the order')
  })
})

test('a plan and a record of the same day at once: one of them is refused, or they fit', async () => {
  const portal = await testPortal()
  const dates = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-09']
  for (const date of dates.slice(1)) {
    const [planned, recorded] = await Promise.all([
      plan(portal, of(date, 60)),
      put(portal.as('supplier-nord'), date, day()),
    ])
    expect([
      [200, 422],
      [409, 201],
    ]).toContainEqual([planned.status, recorded.status])
  }
})

describe('§ 5: what happens outside the house is documented', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  const jobcenter = portal.as('jobcenter-musvaagevej')
  const by = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }

  /** An approved activity of the kind with an hour on a day. */
  const hour = async (kind: string, date = '2026-03-13', changes: Record<string, unknown> = {}): Promise<string> => {
    const proposed = must(
      await supplier.post(`/v1/orders/${id}/activities`, {
        kind,
        title: kind,
        place: { kind: kind === 'coordination' ? 'authority' : 'company', name: 'Bageren' },
        startDate: '2026-03-02',
        endDate: '2026-05-22',
        registeredBy: liv,
        ...changes,
      }),
    )
    must(await jobcenter.post(`/v1/activities/${proposed.body.id}/decision`, { decision: 'approved', decidedBy: by }))
    must(
      await plan(portal, (days) => [
        ...days.filter((one) => one.date !== date && one.date !== '2026-05-22'),
        { date, activityId: proposed.body.id, plannedMinutes: 60 },
      ]),
    )
    return proposed.body.id
  }
  const upload = async (): Promise<string> => {
    const { body, options } = documentForm({})
    return must(await supplier.post('/v1/documents', body, options)).body.id
  }
  const recorded = (activity: string, offSite?: Record<string, unknown>, attendedMinutes = 60, date = '2026-03-13') =>
    put(supplier, date, {
      entries: [
        {
          activityId: activity,
          attendedMinutes,
          ...(attendedMinutes < 60 ? { absent: [{ code: 'sick-reported', minutes: 60 - attendedMinutes }] } : {}),
          ...(offSite === undefined ? {} : { offSite }),
        },
      ],
      registeredBy: liv,
    })
  const visit = { place: 'Jobmesse i Valby', content: 'Talte med tre arbejdsgivere' }

  test('off site: where, what and a document; missing, it is flagged and taken', async () => {
    const activity = await hour('off-site')
    const bare = await recorded(activity)
    expect([bare.status, bare.body.documentationMissing, bare.body.missing]).toEqual([
      201,
      true,
      [{ code: 'documentation' }],
    ])
    expect((await recorded(activity, visit)).body.documentationMissing).toBe(true)
    const documentId = await upload()
    const whole = await recorded(activity, { ...visit, documentId: documentId.toUpperCase() })
    expect([whole.body.documentationMissing, whole.body.missing]).toEqual([false, []])
    expect(whole.body.entries[0].offSite).toEqual({ ...visit, documentId })
    // Bound for good: the jobcenter reads it now, and no other order can name it.
    expect((await jobcenter.get(`/v1/documents/${documentId}`)).status).toBe(200)
    const other = demo.orders.sicknessBenefit
    const stolen = await put(
      supplier,
      '2026-03-12',
      {
        entries: [{ activityId: other.activityId, attendedMinutes: 120, offSite: { ...visit, documentId } }],
        registeredBy: liv,
      },
      {},
      other.id,
    )
    expect(refusal(stolen)).toEqual([404, 'not-found'])
    expect(stolen.body.errors[0].pointer).toBe('/entries/0/offSite/documentId')
    expect((await recorded(activity, undefined, 0)).body.documentationMissing).toBe(false)
  })

  test('a placement: its agreement, or other evidence', async () => {
    const bare = await recorded(await hour('work-placement', '2026-03-11'), undefined, 60, '2026-03-11')
    expect(bare.body.documentationMissing).toBe(true)
    const agreed = await recorded(
      await hour('work-placement', '2026-03-10', { documentId: await upload() }),
      undefined,
      60,
      '2026-03-10',
    )
    expect(agreed.body.documentationMissing).toBe(false)
    const evidenced = await recorded(
      await hour('wage-subsidy', '2026-03-09'),
      { ...visit, documentId: await upload() },
      60,
      '2026-03-09',
    )
    expect(evidenced.body.documentationMissing).toBe(false)
  })
})
