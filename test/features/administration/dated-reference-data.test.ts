import { beforeEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence } from '#test/features/absences/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { organisations } = demo
const group = 'cash-benefit-activity-ready'
let portal: TestPortal
let elapsedMs = 0
const administrator = () => portal.as('administrator')
/** Friday 13 March 2026. */
beforeEach(async () => {
  elapsedMs = 0
  portal = await testPortal({ monotonicMs: () => elapsedMs })
})

describe('/v1/routing-policies', () => {
  const toJobcenter = (validFrom: string) => ({ targetGroup: group, recipientId: null, validFrom })

  test('a group goes to the jobcenter from a day on: absences before it to K-kassen, from it to the jobcenter', async () => {
    const policy = await administrator().post('/v1/routing-policies', toJobcenter('2026-03-17'))
    expect(policy.status).toBe(201)
    portal.clock.set('2026-03-18T10:00:00.000Z')
    const routed = async (date: string): Promise<string[]> => {
      const answer = await portal.as('supplier-nord').post('/v1/absences', absence({ date }))
      return answer.body.routedTo.map((recipient: { organisationId: string }) => recipient.organisationId)
    }
    expect(await routed('2026-03-16')).toEqual([organisations.kKassen.id])
    expect(await routed('2026-03-17')).toEqual([organisations.jobcenterMusvaagevej.id])
    expect(await portal.sql(`select count(*)::int as duties from obligations where kind = 'refer-citizen'`)).toEqual([
      { duties: 1 },
    ])
    const list = await portal.as('supplier-nord').get('/v1/routing-policies', { query: { targetGroup: group } })
    expect(list.body.items.map(({ validFrom, validTo }: Record<string, unknown>) => [validFrom, validTo])).toEqual([
      ['2010-01-01', '2026-03-16'],
      ['2026-03-17', null],
    ])
    const today = await portal
      .as('k-kassen')
      .get('/v1/routing-policies', { query: { targetGroup: group, on: '2026-03-18' } })
    expect(today.body.items).toEqual([policy.body])
  })

  test('the policy takes effect in a running portal within seconds', async () => {
    const routedTo = async (date: string): Promise<string> =>
      (await portal.as('supplier-nord').post('/v1/absences', absence({ date }))).body.routedTo[0].organisationId
    expect(await routedTo('2026-03-12')).toBe(organisations.kKassen.id)
    await administrator().post('/v1/routing-policies', toJobcenter('2026-03-13'))
    elapsedMs += 5001
    expect(await routedTo('2026-03-13')).toBe(organisations.jobcenterMusvaagevej.id)
  })

  test('versions that are written at once close one another without a gap or an overlap; one begins on a day', async () => {
    const days = ['2026-04-01', '2026-05-01', '2026-06-01', '2026-04-01', '2026-05-01', '2026-06-01']
    const answers = await Promise.all(days.map((day) => administrator().post('/v1/routing-policies', toJobcenter(day))))
    expect(answers.map((answer) => answer.body.code ?? answer.status).sort()).toEqual([
      ...[201, 201, 201],
      ...['version-already-there', 'version-already-there', 'version-already-there'],
    ])
    const rows = await portal.sql(
      `select valid_from::text as from, valid_to::text as to from routing_policies where target_group = $1 order by 1`,
      [group],
    )
    expect(rows).toEqual([
      { from: '2010-01-01', to: '2026-03-31' },
      { from: '2026-04-01', to: '2026-04-30' },
      { from: '2026-05-01', to: '2026-05-31' },
      { from: '2026-06-01', to: null },
    ])
  })

  test('not for the past, nor an unknown group, nor to a supplier, nor by others', async () => {
    const refusals = [
      [toJobcenter('2026-03-12'), 422, 'validity-in-the-past'],
      [{ ...toJobcenter('2026-04-01'), targetGroup: 'unheard-of' }, 422, 'unknown-target-group'],
      [{ ...toJobcenter('2026-04-01'), recipientId: organisations.supplierNord.id }, 404, 'not-found'],
    ] as const
    for (const [body, status, code] of refusals) {
      const answer = await administrator().post('/v1/routing-policies', body)
      expect([answer.status, answer.body.code]).toEqual([status, code])
    }
    expect((await portal.as('k-kassen').post('/v1/routing-policies', toJobcenter('2026-04-01'))).status).toBe(403)
  })
})

describe('POST /v1/code-sets/{name}/codes', () => {
  const path = '/v1/code-sets/absence-reasons/codes'
  const strike = { code: 'strike', labels: { da: 'Strejke', en: 'Strike' }, validFrom: '2026-03-13' }

  test('a new code is taken from its day on', async () => {
    expect((await administrator().post(path, strike)).status).toBe(201)
    const today = await portal
      .as('supplier-nord')
      .post('/v1/absences', absence({ date: '2026-03-13', reason: 'strike' }))
    expect(today.status).toBe(201)
    const before = await portal
      .as('supplier-nord')
      .post('/v1/absences', absence({ date: '2026-03-12', reason: 'strike' }))
    expect(before.body.code).toBe('unknown-absence-reason')
  })

  test('a new version closes the one before, keeps its place and attributes, and can end', async () => {
    const version = {
      code: 'own-sickness',
      labels: { da: 'Egen sygdom', en: 'Own sickness' },
      validFrom: '2026-04-01',
      validTo: '2026-12-31',
    }
    const { body, status } = await administrator().post(path, version)
    expect(status).toBe(201)
    const versions = body.codes.filter((code: { code: string }) => code.code === 'own-sickness')
    expect(versions).toMatchObject([
      { validFrom: '2010-01-01', validTo: '2026-03-31' },
      { validFrom: '2026-04-01', validTo: '2026-12-31', attributes: { answeredWith: 'sick-leave-not-in-portal' } },
    ])
    expect((await administrator().post(path, version)).body.code).toBe('version-already-there')
    expect((await administrator().post(path, { ...version, validFrom: '2026-03-01' })).body.code).toBe(
      'validity-in-the-past',
    )
    expect(
      (await administrator().post(path, { ...version, validFrom: '2026-05-01', validTo: '2026-04-01' })).status,
    ).toBe(400)
    expect((await administrator().post('/v1/code-sets/unheard-of/codes', strike)).status).toBe(404)
    expect((await portal.as('jobcenter-musvaagevej').post(path, strike)).status).toBe(403)
  })

  test('of versions of one day written at once one is taken', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => administrator().post(path, strike)))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  })
})

describe('/v1/report-templates', () => {
  const path = '/v1/report-templates'
  const sections = [{ id: 'contribution', title: 'Bidrag' }]
  const template = { kind: 'social-action-plan', title: 'Bidrag 2026', validFrom: '2026-04-01', sections }

  test('versions follow one another; each can be read, and the one that is valid on a day', async () => {
    const first = (await administrator().post(path, template)).body
    expect(first).toMatchObject({ version: 1, validTo: null })
    const second = await administrator().post(path, {
      ...template,
      id: first.id.toUpperCase(),
      validFrom: '2027-01-01',
    })
    expect(second.body).toMatchObject({ id: first.id, version: 2 })
    const read = portal.as('supplier-nord')
    expect((await read.get(`${path}/${first.id}`)).body.version).toBe(2)
    expect((await read.get(`${path}/${first.id}`, { query: { version: 1 } })).body.validTo).toBe('2026-12-31')
    const { jsonSchema, ...listed } = first
    expect(jsonSchema.properties.templateVersion).toEqual({ const: 1 })
    const seeded = expect.objectContaining({ title: 'Bidrag til social handleplan' })
    expect((await read.get(path, { query: { kind: template.kind, on: '2026-05-01' } })).body.items).toEqual([
      seeded,
      { ...listed, validTo: '2026-12-31' },
    ])
    expect((await read.get(path, { query: { kind: template.kind, on: '2026-03-31' } })).body.items).toEqual([seeded])
    expect((await read.get(`${path}/${first.id}`, { query: { version: 3 } })).status).toBe(404)
    expect((await administrator().post(path, { ...template, id: first.id, kind: 'interim' })).status).toBe(400)
    expect((await administrator().post(path, { ...template, id: organisations.kKassen.id })).status).toBe(404)
    expect((await administrator().post(path, { ...template, validFrom: '2026-01-01' })).body.code).toBe(
      'validity-in-the-past',
    )
    expect((await read.post(path, template)).status).toBe(403)
  })

  test('template-incomplete: a final template has the parts of § 3 and § 4; a new version keeps them', async () => {
    const final = { ...template, kind: 'final' }
    const refused = await administrator().post(path, final)
    expect([refused.status, refused.body.code, refused.body.missingParts]).toEqual([
      422,
      'template-incomplete',
      ['focus-areas', 'development', 'goal', 'off-site'],
    ])
    const parts = ['focus-areas', 'development', 'goal', 'off-site'].map((id) => ({ id, title: id }))
    const added = (await administrator().post(path, { ...final, sections: parts })).body
    const next = { kind: 'final', title: 'Slutrapport 2027', validFrom: '2027-01-01', id: added.id }
    expect((await administrator().post(path, next)).body).toMatchObject({ version: 2, sections: parts })
    const twice = await administrator().post(path, { ...final, sections: [...parts, parts[0]] })
    expect([twice.status, twice.body.errors[0].pointer]).toEqual([400, '/sections/4/id'])
    const open = await administrator().post(path, { ...final, sections: [{ ...parts[0], colour: 'red' }] })
    expect([open.status, open.body.errors[0].pointer]).toEqual([400, '/sections/0/colour'])
  })

  test('versions written at once have numbers of their own', async () => {
    const { id } = (await administrator().post(path, template)).body
    const months = ['05', '06', '07', '08', '09']
    const answers = await Promise.all(
      months.map((month) => administrator().post(path, { ...template, id, validFrom: `2026-${month}-01` })),
    )
    expect(answers.map((answer) => answer.body.version).sort()).toEqual([2, 3, 4, 5, 6])
  })
})

describe('/v1/closing-days', () => {
  const path = '/v1/closing-days'
  const labels = { da: 'Lukkedag', en: 'Closing day' }
  const dueOn = async (): Promise<string> => {
    const order = demo.orders.activityReady.id
    const asked = { text: 'Ring', registeredBy: { name: 'Kaja' } }
    return (await portal.as('k-kassen').post(`/v1/orders/${order}/contact-requests`, asked)).body.dueOn
  }

  test('a date moves what is reckoned from then on, and not the duties that are open', async () => {
    const opened = await dueOn()
    expect(opened).toBe('2026-03-13')
    const created = await administrator().post(path, { date: '2026-03-13', labels })
    expect(created.body).toMatchObject({ date: '2026-03-13', labels, validTo: null })
    expect(await dueOn()).toBe('2026-03-16')
    const rows = await portal.sql(
      `select due_on::text as due from obligations where kind = 'contact-request' order by id`,
    )
    expect(rows).toEqual([{ due: '2026-03-13' }, { due: '2026-03-16' }])
    expect((await administrator().delete(`${path}/${created.body.id}`)).status).toBe(204)
    expect(await dueOn()).toBe('2026-03-13')
  })

  test('a yearly day counts from when it is valid, ends with yesterday, and stands in the list', async () => {
    const created = await administrator().post(path, { monthDay: '03-13', labels, validFrom: '2026-03-13' })
    expect(created.status).toBe(201)
    expect(await dueOn()).toBe('2026-03-16')
    portal.clock.set('2027-03-13T10:00:00.000Z')
    expect((await administrator().delete(`${path}/${created.body.id}`)).status).toBe(204)
    expect((await administrator().delete(`${path}/${created.body.id}`)).status).toBe(404)
    const list = await portal.as('supplier-nord').get(path)
    expect(list.body.items).toHaveLength(4)
    expect(list.body.items.find(({ id }: { id: string }) => id === created.body.id).validTo).toBe('2027-03-12')
  })

  test('not for the past, not on a day that there is not, not both, not by others', async () => {
    expect((await administrator().post(path, { date: '2026-03-12', labels })).body.code).toBe('validity-in-the-past')
    const past = { monthDay: '03-13', labels, validFrom: '2026-03-01' }
    expect((await administrator().post(path, past)).body.code).toBe('validity-in-the-past')
    for (const body of [
      { monthDay: '02-30', labels, validFrom: '2026-04-01' },
      { date: '2026-05-01', monthDay: '05-01', validFrom: '2026-04-01', labels },
      { monthDay: '05-01', labels },
    ]) {
      expect((await administrator().post(path, body)).status).toBe(400)
    }
    const { id } = (await administrator().post(path, { date: '2026-03-13', labels })).body
    portal.clock.set('2026-03-16T10:00:00.000Z')
    expect((await administrator().delete(`${path}/${id}`)).body.code).toBe('validity-in-the-past')
    expect((await portal.as('supplier-nord').post(path, { date: '2026-05-15', labels })).status).toBe(403)
    expect((await portal.as('supplier-nord').delete(`${path}/${id}`)).status).toBe(403)
  })
})
