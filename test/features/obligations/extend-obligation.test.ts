import { describe, expect, test } from 'vitest'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const jobcenter = portal.as('jobcenter-musvaagevej')

const agreedBy = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
const extension = (dueOn: string, changes: Record<string, unknown> = {}) => ({
  dueOn,
  reason: 'Aftalt i telefonen',
  agreedBy,
  ...changes,
})
const extend = (client: string, id: string, dueOn: string) =>
  portal.as(client).post(`/v1/obligations/${id}/extension`, extension(dueOn))
const row = async (id: string) =>
  (
    await portal.sql<{ dueOn: string; originalDueOn: string; dueSoon: string | null; overdue: string | null }>(
      `select due_on::text as "dueOn", original_due_on::text as "originalDueOn", due_soon_told_at as "dueSoon",
              overdue_told_at as overdue from obligations where id = $1`,
      [id],
    )
  )[0]

describe('an extension', () => {
  test('by the ordering jobcenter keeps both dates, who agreed and why', async () => {
    const id = await preparedDuty(portal)
    const first = await extend('jobcenter-musvaagevej', id, '2026-03-20')
    expect(first.status, first.text).toBe(200)
    expect(first.body).toMatchObject({ dueOn: '2026-03-20', originalDueOn: '2026-03-16', status: 'open' })
    expect(first.body.dueAt).toBe('2026-03-20T23:00:00.000Z')
    const second = await extend('jobcenter-musvaagevej', id, '2026-03-30')
    // summer time begins on 29 March
    expect(second.body.dueAt).toBe('2026-03-30T22:00:00.000Z')
    const shared = { agreedAt: portal.clock.now(), reason: 'Aftalt i telefonen', agreedBy }
    expect(second.body.extensions).toEqual([
      { fromDueOn: '2026-03-16', toDueOn: '2026-03-20', ...shared },
      { fromDueOn: '2026-03-20', toDueOn: '2026-03-30', ...shared },
    ])
    const supplier = await portal.as('supplier-nord').get(`/v1/obligations/${id}`)
    expect(supplier.body).toEqual(second.body)
    expect(supplier.headers['etag']).toBe(second.headers['etag'])
    const purpose = { headers: { 'x-purpose': 'Stikprøve' } }
    const auditor = await portal.as('auditor-koebenhavn').get(`/v1/obligations/${id}`, purpose)
    expect(auditor.body.extensions[0]).toEqual({
      fromDueOn: '2026-03-16',
      toDueOn: '2026-03-20',
      agreedAt: portal.clock.now(),
    })
  })

  test('is in the history of changes, without its words', async () => {
    const id = await preparedDuty(portal)
    await extend('jobcenter-musvaagevej', id, '2026-03-20')
    const log = await portal.sql(
      'select action, entity, changes, registered_by as by from change_log where entity_id = $1',
      [id],
    )
    expect(log).toEqual([
      {
        action: 'extended',
        entity: 'obligation',
        changes: { dueOn: { from: '2026-03-16', to: '2026-03-20' } },
        by: agreedBy,
      },
    ])
    expect(portal.logLines.join('\n')).not.toContain('Aftalt i telefonen')
  })

  test('of an overdue duty opens it again, and it is told again', async () => {
    const id = await preparedDuty(portal, { dueOn: '2026-03-02' })
    await portal.sql('update obligations set due_soon_told_at = now(), overdue_told_at = now() where id = $1', [id])
    const answer = await extend('jobcenter-musvaagevej', id, '2026-03-13')
    expect(answer.body).toMatchObject({ status: 'open', dueOn: '2026-03-13', originalDueOn: '2026-03-02' })
    expect(await row(id)).toMatchObject({ dueSoon: null, overdue: null })
  })

  test.each(['supplier-nord', 'k-kassen'])('extension-needs-jobcenter: %s cannot give one (§ 3)', async (client) => {
    const id = await preparedDuty(portal)
    const answer = await extend(client, id, '2026-03-20')
    expect([answer.status, answer.body.code]).toEqual([403, 'extension-needs-jobcenter'])
    expect(answer.body.rule).toEqual({ source: 'Samarbejde og dokumentation', section: '§ 3' })
    expect(await row(id)).toMatchObject({ dueOn: '2026-03-16' })
    const [refusal] = await portal.sql(
      `select r.rule, r.order_id = o.order_id as about from refusals r join obligations o on o.id = $1
        where r.organisation_id <> o.jobcenter_id order by r.id desc limit 1`,
      [id],
    )
    expect(refusal).toEqual({ rule: 'extension-needs-jobcenter', about: true })
  })

  test('another jobcenter does not find the duty', async () => {
    const id = await preparedDuty(portal)
    const answer = await extend('jobcenter-skelbaekgade', id, '2026-03-20')
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found'])
  })

  test('obligation-settled: what was met or waived is refused with its status', async () => {
    for (const [given, status] of [
      [{ metAt: '2026-03-10T10:00:00.000Z' }, 'met'],
      [{ dueOn: '2026-03-02', metAt: '2026-03-10T10:00:00.000Z' }, 'met-late'],
      [{ waivedAt: '2026-03-10T10:00:00.000Z' }, 'waived'],
    ] as const) {
      const answer = await extend('jobcenter-musvaagevej', await preparedDuty(portal, given), '2026-03-20')
      expect([answer.status, answer.body.code, answer.body.obligationStatus]).toEqual([
        409,
        'obligation-settled',
        status,
      ])
    }
  })

  test('extension-not-later: the same date, an earlier one and one that has passed are refused', async () => {
    const [open, overdue] = [await preparedDuty(portal), await preparedDuty(portal, { dueOn: '2026-03-02' })]
    for (const [id, dueOn] of [
      [open, '2026-03-16'],
      [open, '2026-03-15'],
      [overdue, '2026-03-12'],
    ] as const) {
      const answer = await extend('jobcenter-musvaagevej', id, dueOn)
      expect([answer.status, answer.body.code]).toEqual([422, 'extension-not-later'])
    }
  })

  test('a body that is not as described is a fault of the member', async () => {
    const id = await preparedDuty(portal)
    for (const [body, pointer] of [
      [extension('2061-03-20'), '/dueOn'],
      [extension('2026-03-20', { reason: ' ' }), '/reason'],
      [extension('2026-03-20', { agreedBy: undefined }), '/agreedBy'],
      [extension('2026-03-20', { days: 3 }), '/days'],
    ] as const) {
      const answer = await jobcenter.post(`/v1/obligations/${id}/extension`, body)
      expect([answer.status, answer.body.errors?.[0]?.pointer], answer.text).toEqual([400, pointer])
    }
  })

  test('twice under one key is once', async () => {
    const id = await preparedDuty(portal)
    const call = () =>
      jobcenter.post(`/v1/obligations/${id}/extension`, extension('2026-03-20'), { idempotencyKey: `extend ${id}` })
    const [first, again] = [await call(), await call()]
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(first.body.extensions).toHaveLength(1)
  })

  test('of many that collide, those stand that were later than what they found', async () => {
    const id = await preparedDuty(portal)
    const days = ['2026-03-20', '2026-03-20', '2026-03-20', '2026-03-24', '2026-03-24', '2026-03-24']
    const answers = await Promise.all(days.map((dueOn) => extend('jobcenter-musvaagevej', id, dueOn)))
    const taken = answers.filter(({ status }) => status === 200).length
    for (const answer of answers) expect([200, 422]).toContain(answer.status)
    const { body } = await jobcenter.get(`/v1/obligations/${id}`)
    expect(body.dueOn).toBe('2026-03-24')
    expect(body.extensions).toHaveLength(taken)
    const dates = body.extensions.map((one: { toDueOn: string }) => one.toDueOn)
    expect(new Set(dates).size).toBe(dates.length)
  })
})
