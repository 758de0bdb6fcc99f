import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { formats } from '#platform/http/validation.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { refusal } from '#test/features/orders/support.ts'
import { course, recordedDay } from '#test/features/protocols/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { dutiesOf, end, eventsAbout, finalSections, sendBack, submitReport, templates } from './reading-support.ts'

const portal = await testPortal()
const { organisations } = demo
const supplier = portal.as('supplier-nord')
const by = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }

/** A course that ended; the clock then stands at noon of that day, unless told. */
const ended = async (endedOn = '2026-03-23', startDate = '2026-03-02', endDate = '2026-05-22') => {
  portal.clock.set(`${startDate}T10:00:00.000Z`)
  const order = await course(portal, { [startDate]: 240 }, { startDate, endDate })
  portal.clock.set(`${endedOn}T11:00:00.000Z`)
  await end(portal, order, endedOn)
  return order
}
const lateness = (dueOn: string, daysLate: number, workingDaysLate: number) => ({
  dueOn,
  late: daysLate > 0,
  daysLate,
  workingDaysLate,
})
const refusalsOf = (orderId: string) =>
  portal.sql<{ rule: string }>('select rule from refusals where order_id = $1 order by arrived_at, id', [orderId])
const kept = async (orderId: string) => {
  const [row] = await portal.sql<{ reports: string; events: string; changes: string; keys: string; refusals: string }>(
    `select (select count(*) from reports where order_id = $1) as reports, (select count(*) from events) as events,
       (select count(*) from change_log) as changes, (select count(*) from idempotency_keys) as keys,
       (select count(*) from refusals) as refusals`,
    [orderId],
  )
  return row
}

describe('a final report (§ 3)', () => {
  test('is taken, meets its duty and is told to the ordering jobcenter alone', async () => {
    const order = await ended()
    const answer = await submitReport(portal, order, 'final', {
      templateId: templates.final.toUpperCase(),
      focusAreas: [{ area: 'Mødestabilitet', start: 4, end: 8 }],
      milestones: [{ milestone: 'cv', reachedOn: '2026-03-20', observedBy: 'Nora' }],
    })
    const { id } = answer.body
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        id,
        orderId: order.id,
        kind: 'final',
        subject: 'final',
        status: 'submitted',
        version: 1,
        templateId: templates.final,
        templateVersion: 1,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        confirmedPassages: 0,
        ...lateness('2026-03-31', 0, 0),
        submittedAt: '2026-03-23T11:00:00.000Z',
        submittedBy: expect.objectContaining({ name: 'Liv Leverandør' }),
      },
    ])
    expect(answer.headers['location']).toBe(`/v1/reports/${id}`)
    const read = await portal.as('jobcenter-musvaagevej').get(`/v1/reports/${id}`)
    expect(read.body).toMatchObject({ sections: finalSections, sha256: answer.body.sha256, confirmations: [] })
    expect((await supplier.get(`/v1/reports/${id}`)).headers['etag']).toBe(answer.headers['etag'])
    expect(await dutiesOf(portal, order, 'final-report')).toEqual(['final-report final 2026-03-31 met'])
    expect(await eventsAbout(portal, 'reportId', id)).toEqual([
      {
        type: 'report.submitted',
        recipients: [organisations.jobcenterMusvaagevej.id],
        data: { orderId: order.id, reportId: id, kind: 'final', version: 1 },
        path: `/v1/reports/${id}`,
      },
    ])
    const reached = await portal.sql(
      `select milestone, reached_on::text as on, report_id as report from milestones where order_id = $1`,
      [order.id],
    )
    expect(reached).toEqual([{ milestone: 'cv', on: '2026-03-20', report: id }])
    for (const client of ['k-kassen', 'ydelse-dragoer', 'supplier-syd']) {
      expect([403, 404]).toContain((await portal.as(client).get(`/v1/reports/${id}`)).status)
    }
  })

  test('follows the end, and a course that never started has none (course-not-ended, order-state)', async () => {
    portal.clock.set('2026-03-02T10:00:00.000Z')
    const running = await course(portal, { '2026-03-02': 240 })
    expect(refusal(await submitReport(portal, running))).toEqual([409, 'course-not-ended'])
    const nobody = await course(portal, { '2026-03-02': 240 }, { firstMeeting: null })
    await end(portal, nobody, '2026-03-02')
    expect(refusal(await submitReport(portal, nobody))).toEqual([409, 'order-state'])
    expect((await refusalsOf(running.id)).map(({ rule }) => rule)).toEqual(['course-not-ended'])
  })

  test('is somebody else’s to submit: not found, or never theirs', async () => {
    const order = await ended()
    const body = { kind: 'final', templateId: templates.final, templateVersion: 1, sections: finalSections }
    const send = (client: string) =>
      portal.as(client).post(`/v1/orders/${order.id}/reports`, { ...body, registeredBy: by })
    expect(refusal(await send('supplier-syd'))).toEqual([404, 'not-found'])
    for (const client of ['jobcenter-musvaagevej', 'k-kassen', 'auditor-koebenhavn', 'administrator']) {
      expect(refusal(await send(client))).toEqual([403, 'forbidden'])
    }
  })

  test('of ten at once one is taken, the others name it (report-already-submitted)', async () => {
    const order = await ended()
    const answers = await Promise.all(Array.from({ length: 10 }, () => submitReport(portal, order)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
    const id = answers.find(({ status }) => status === 201)?.body.id
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body).toMatchObject({ code: 'report-already-submitted', reportId: id, version: 1 })
    }
    expect(await eventsAbout(portal, 'reportId', id)).toHaveLength(1)
  })

  test('the same key gives the first answer again, without a word of the text in the database in clear', async () => {
    const order = await ended()
    const sections = { ...finalSections, goal: 'Kodeord vandmelon.' }
    const body = { kind: 'final', templateId: templates.final, templateVersion: 1, sections, registeredBy: by }
    const send = () => supplier.post(`/v1/orders/${order.id}/reports`, body, { idempotencyKey: `k-${order.id}` })
    const [first, again] = [await send(), await send()]
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, first.text, 'true'])
    const [found] = await portal.sql<{ keys: string; versions: string; changes: string }>(
      `select (select count(*) from idempotency_keys k where k::text like '%vandmelon%') as keys,
         (select count(*) from report_versions v where v::text like '%vandmelon%'
            or position('vandmelon'::bytea in v.content_cipher) > 0) as versions,
         (select count(*) from change_log c where c::text like '%vandmelon%') as changes`,
    )
    expect(found).toEqual({ keys: '0', versions: '0', changes: '0' })
    expect(portal.logLines.filter((line) => line.includes('vandmelon'))).toEqual([])
  })
})

describe('final-report-due: when it comes (§ 3)', () => {
  test.each([
    ['winter time', '2026-01-12', '2025-12-08', '2026-01-20T22:59:59.999Z', '2026-01-20', 0],
    ['winter time', '2026-01-12', '2025-12-08', '2026-01-20T23:00:00.000Z', '2026-01-20', 1],
    ['summer time, which began between', '2026-03-23', '2026-03-02', '2026-03-31T21:59:59.999Z', '2026-03-31', 0],
    ['summer time, which began between', '2026-03-23', '2026-03-02', '2026-03-31T22:00:00.000Z', '2026-03-31', 1],
  ])('%s: of an end on Monday %s', async (_when, endedOn, startDate, at, dueOn, late) => {
    const order = await ended(endedOn, startDate)
    portal.clock.set(at)
    const answer = await submitReport(portal, order)
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining(lateness(dueOn, late, late))])
    expect(await dutiesOf(portal, order, 'final-report')).toEqual([
      `final-report final ${dueOn} ${late === 0 ? 'met' : 'met-late'}`,
    ])
    const [row] = await portal.sql(
      `select days_late as days, working_days_late as working from obligations where order_id = $1 and kind = 'final-report'`,
      [order.id],
    )
    expect(row).toEqual({ days: late, working: late })
  })

  test('after an extension the new date counts', async () => {
    const order = await ended()
    portal.clock.set('2026-04-01T10:00:00.000Z')
    const query = { orderId: order.id, kind: 'final-report' }
    const [duty] = (await supplier.get('/v1/obligations', { query })).body.items
    const extended = { dueOn: '2026-04-08', reason: 'Speciallægen svarer senere.', agreedBy: by }
    expect(
      (await portal.as('jobcenter-musvaagevej').post(`/v1/obligations/${duty.id}/extension`, extended)).status,
    ).toBe(200)
    portal.clock.set('2026-04-08T21:59:00.000Z')
    expect((await submitReport(portal, order)).body).toMatchObject(lateness('2026-04-08', 0, 0))
  })

  test('after a return the next version is held against the date that the jobcenter gave; both are kept', async () => {
    const order = await ended()
    const first = (await submitReport(portal, order)).body
    portal.clock.set('2026-03-25T10:00:00.000Z')
    expect((await sendBack(portal, first, { dueOn: '2026-04-10' })).status).toBeLessThan(300)
    portal.clock.set('2026-04-10T22:00:00.000Z')
    const sections = { ...finalSections, goal: 'Målet er nu beskrevet.' }
    const second = await submitReport(portal, order, 'final', { sections })
    expect(second.body).toMatchObject({ id: first.id, version: 2, ...lateness('2026-04-10', 1, 1) })
    expect(await dutiesOf(portal, order, 'final-report', 'final-report-revision')).toEqual([
      'final-report final 2026-03-31 met',
      `final-report-revision ${first.id} v2 2026-04-10 met-late`,
    ])
    const versions = await Promise.all(
      [1, 2].map((version) => supplier.get(`/v1/reports/${first.id}`, { query: { version } })),
    )
    expect(versions.map(({ body }) => body.sections.goal)).toEqual([finalSections.goal, sections.goal])
    expect(refusal(await submitReport(portal, order))).toEqual([409, 'report-already-submitted'])
  })
})

describe('what it says', () => {
  test('wrong-template: another kind’s, another version, one that there is not; the answer names the right one', async () => {
    const order = await ended()
    for (const changes of [{ templateId: templates.interim }, { templateVersion: 2 }, { templateId: order.id }]) {
      const answer = await submitReport(portal, order, 'final', changes)
      expect(answer.body).toMatchObject({ code: 'wrong-template', templateId: templates.final, templateVersion: 1 })
      expect(answer.status).toBe(422)
    }
  })

  test('the order’s template comes first, the agreement’s next, in the version of the day; a returned report keeps its own', async () => {
    const title = 'Slutrapport'
    const add = async (body: Record<string, unknown>) =>
      (await portal.as('administrator').post('/v1/report-templates', { kind: 'final', title, ...body })).body
    portal.clock.set('2026-03-02T10:00:00.000Z')
    const { sections } = (await supplier.get(`/v1/report-templates/${templates.final}`)).body
    const own = await add({ validFrom: '2026-03-02', sections })
    const agreed = await add({ validFrom: '2026-03-02', sections })
    await add({ id: own.id, validFrom: '2026-03-24' })
    const order = await ended()
    expect((await submitReport(portal, order, 'final', { templateId: own.id })).body.templateId).toBe(templates.final)
    await portal.sql(
      `update framework_agreements set report_templates = $2 where id = (select framework_agreement_id from orders where id = $1)`,
      [order.id, JSON.stringify([{ kind: 'final', templateId: agreed.id, offer: 'clarification' }])],
    )
    expect((await submitReport(portal, order)).body.templateId).toBe(agreed.id)
    await portal.sql('update orders set reports = $2 where id = $1', [order.id, JSON.stringify({ templateId: own.id })])
    const first = await submitReport(portal, order, 'final', { templateId: own.id })
    expect([first.status, first.body.templateVersion]).toEqual([201, 1])
    await sendBack(portal, first.body)
    portal.clock.set('2026-03-24T10:00:00.000Z')
    const next = (templateVersion: number) =>
      submitReport(portal, order, 'final', { templateId: own.id, templateVersion, dryRun: true })
    expect((await next(3)).body).toMatchObject({ code: 'wrong-template', templateVersion: 2 })
    expect([(await next(1)).status, (await next(2)).status]).toEqual([200, 200])
    await portal.sql(`update framework_agreements set report_templates = '[]'`)
  })

  test('report-incomplete: by its place, and the schema that the template gives says the same', async () => {
    const order = await ended()
    const { jsonSchema } = (await supplier.get(`/v1/report-templates/${templates.final}`)).body
    const fits = new Ajv2020({ strict: false, formats }).compile(jsonSchema)
    const good = { kind: 'final', templateId: templates.final, templateVersion: 1, sections: finalSections }
    const { goal: _goal, ...without } = finalSections
    const bodies: readonly [Record<string, unknown>, string | null][] = [
      [{}, null],
      [{ sections: { ...finalSections, 'off-site': '' } }, null],
      [{ sections: without }, '/sections/goal'],
      [{ sections: { ...finalSections, goal: '\u00a0\n' } }, '/sections/goal'],
      [{ sections: { ...finalSections, other: 'x' } }, '/sections/other'],
      [{ sections: { ...finalSections, goal: { text: 'x' } } }, '/sections/goal'],
      [{ sections: { ...finalSections, goal: 7 } }, '/sections/goal'],
      [{ focusAreas: [{ area: 'Søvn', start: 0, end: 3 }] }, '/focusAreas/0/start'],
    ]
    for (const [changes, pointer] of bodies) {
      const body = { ...good, ...changes, dryRun: true, registeredBy: by }
      const answer = await supplier.post(`/v1/orders/${order.id}/reports`, body)
      expect([fits(body), answer.body.errors?.[0]?.pointer ?? null]).toEqual([pointer === null, pointer])
      expect(pointer === null ? [200] : [400, 422]).toContain(answer.status)
    }
  })

  test('with activities out of the house it tells of them (§ 4)', async () => {
    portal.clock.set('2026-03-02T10:00:00.000Z')
    const order = await course(portal, { '2026-03-02': 240 })
    const out = await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/activities`, {
      kind: 'off-site',
      title: 'Butiksbesøg',
      place: { kind: 'company', name: 'En butik' },
      startDate: '2026-03-02',
      endDate: '2026-05-22',
      registeredBy: by,
    })
    await end(portal, order, '2026-03-02')
    const send = (sections = {}) =>
      submitReport(portal, order, 'final', { sections: { ...finalSections, ...sections }, dryRun: true })
    expect((await send()).status).toBe(200)
    await recordedDay(portal, order, '2026-03-02', { attended: 60, activityId: out.body.id })
    const answer = await send()
    expect(answer.body).toMatchObject({ code: 'report-incomplete', errors: [{ pointer: '/sections/off-site' }] })
    expect((await send({ 'off-site': 'En time i en butik.' })).status).toBe(200)
  })

  test('time attended out of the house counts on an activity on site too, up to the last day', async () => {
    portal.clock.set('2026-03-02T10:00:00.000Z')
    const order = await course(portal, { '2026-03-02': 240, '2026-03-03': 240 })
    const offSite = { place: 'En butik', content: 'Besøg' }
    await recordedDay(portal, order, '2026-03-03', {
      attended: 0,
      absent: [{ code: 'unauthorised', minutes: 240 }],
      offSite,
    })
    portal.clock.set('2026-03-04T10:00:00.000Z')
    await end(portal, order, '2026-03-03')
    const send = (changes = {}) =>
      submitReport(portal, order, 'final', { sections: { ...finalSections, ...changes }, dryRun: true })
    expect((await send()).status).toBe(200)
    await recordedDay(portal, order, '2026-03-03', { attended: 240, offSite })
    expect((await send()).body).toMatchObject({
      code: 'report-incomplete',
      errors: [{ pointer: '/sections/off-site' }],
    })
    expect((await send({ 'off-site': 'Et besøg i en butik.' })).status).toBe(200)
  })

  test('the assessments that began at the start are ended in it (§ 2), and a milestone has its day (004)', async () => {
    portal.clock.set('2026-03-02T10:00:00.000Z')
    const order = await course(portal, { '2026-03-02': 240 })
    const areas = [{ area: 'Søvn', start: 3, assessedOn: '2026-03-02' }]
    const put = await supplier.put(`/v1/orders/${order.id}/focus-areas`, { areas, registeredBy: by })
    expect(put.status, put.text).toBeLessThan(300)
    await end(portal, order, '2026-03-02')
    const send = (more: Record<string, unknown>) => submitReport(portal, order, 'final', { ...more, dryRun: true })
    expect((await send({})).body).toMatchObject({
      code: 'report-incomplete',
      errors: [{ pointer: '/focusAreas', code: 'end-missing' }],
    })
    const focusAreas = [{ area: 'søvn', start: 3, end: 6 }]
    expect((await send({ focusAreas })).status).toBe(200)
    const reached = (milestone: string, reachedOn: string) =>
      send({ focusAreas, milestones: [{ milestone, reachedOn }] })
    expect(refusal(await reached('juggling', '2026-03-02'))).toEqual([422, 'unknown-milestone'])
    expect(refusal(await reached('cv', '2026-03-01'))).toEqual([422, 'milestone-date'])
  })

  test('content-outside-the-course passes with a confirmation, which is kept; the passage is in no record of a refusal', async () => {
    const order = await ended()
    const sections = { ...finalSections, goal: 'Borgeren har søgt førtidspension og klager over kommunen.' }
    const refused = await submitReport(portal, order, 'final', { sections })
    expect(refused.body).toMatchObject({
      code: 'content-outside-the-course',
      complaints: 'complaints@portal.example',
      passages: [{ section: 'goal', passage: 'førtidspension', start: 18, end: 32 }, { section: 'goal' }],
    })
    expect(await refusalsOf(order.id)).toEqual([{ rule: 'content-outside-the-course' }])
    expect(portal.logLines.filter((line) => line.includes('førtidspension'))).toEqual([])
    const confirmations = refused.body.passages.map(({ section, passage }: Record<string, string>) => ({
      section,
      passage,
      reason: 'Afklares i forløbet.',
    }))
    const sentence = { section: 'goal', passage: 'Borgeren har søgt førtidspension', reason: 'Afklares i forløbet.' }
    const leftOver = { section: 'goal', passage: 'revalidering', reason: 'Stod her før.' }
    const whole = { sections, dryRun: true, confirmations: [sentence, confirmations[1], leftOver] }
    expect((await submitReport(portal, order, 'final', whole)).body.confirmedPassages).toBe(2)
    const taken = await submitReport(portal, order, 'final', { sections, confirmations: [...confirmations, leftOver] })
    expect([taken.status, taken.body.confirmedPassages]).toEqual([201, 2])
    const read = await portal
      .as('auditor-koebenhavn')
      .get(`/v1/reports/${taken.body.id}`, { headers: { 'x-purpose': 'Tilsyn' } })
    expect(read.body.confirmations).toEqual(confirmations)
  })

  test('200 KB of every kind of Unicode come back as they were sent', async () => {
    const order = await ended()
    const kinds =
      'æøå 𝔘🦺👩‍👩‍👧‍👦 e\u0301å a\u030a שלום\u202eabc\u202c مرحبا \u00a0\u00ad\u200b\u2028\u2029\ufeff \r\n\t\\"\u0001\uffff {"x":1}</p>'
    const goal = kinds.repeat(Math.ceil(200_000 / Buffer.byteLength(kinds)))
    expect(Buffer.byteLength(goal)).toBeGreaterThan(200_000)
    const { id } = (await submitReport(portal, order, 'final', { sections: { ...finalSections, goal } })).body
    const read = (await supplier.get(`/v1/reports/${id}`)).body
    expect(Buffer.from(read.sections.goal).equals(Buffer.from(goal))).toBe(true)
    const body = `{"kind":"final","sections":{"goal":"\\ud800"}}`
    for (const text of [body, body.replace('\\ud800', '\\u0000')]) {
      expect((await supplier.post(`/v1/orders/${order.id}/reports`, text)).status).toBe(400)
    }
  })
})

describe('dryRun', () => {
  test('gives the same answer and keeps nothing, refused or not', async () => {
    const order = await ended()
    const before = await kept(order.id)
    const tried = await submitReport(portal, order, 'final', {
      dryRun: true,
      milestones: [{ milestone: 'cv', reachedOn: '2026-03-20' }],
    })
    const { goal: _goal, ...without } = finalSections
    const refused = await submitReport(portal, order, 'final', { sections: without, dryRun: true })
    const wrong = { milestones: [{ milestone: 'cv', reachedOn: '2026-03-24' }], dryRun: true }
    expect(refusal(await submitReport(portal, order, 'final', wrong))).toEqual([422, 'milestone-date'])
    const key = { idempotencyKey: `dry-${order.id}` }
    const body = { kind: 'final', templateId: templates.final, templateVersion: 1, sections: finalSections }
    await supplier.post(`/v1/orders/${order.id}/reports`, { ...body, dryRun: true, registeredBy: by }, key)
    expect(await kept(order.id)).toEqual(before)
    const real = await submitReport(portal, order)
    const { id: _id, ...same } = real.body
    expect([tried.status, refused.status]).toEqual([200, 422])
    expect({ ...tried.body, sha256: '' }).toEqual({ dryRun: true, ...same, sha256: '' })
    expect((await submitReport(portal, order, 'final', { dryRun: true })).body.code).toBe('report-already-submitted')
  })
})

describe('other kinds', () => {
  test('an interim report answers the interval that has come, a returned one first, or the one that it names; one unasked stands by itself', async () => {
    portal.clock.set('2026-03-02T10:00:00.000Z')
    const order = await course(portal, { '2026-03-02': 240 })
    const schedule = { reports: { interimEveryWeeks: 2 }, reason: 'Status', registeredBy: by }
    const { headers } = await portal.as('jobcenter-musvaagevej').get(`/v1/orders/${order.id}`)
    const amended = await portal
      .as('jobcenter-musvaagevej')
      .patch(`/v1/orders/${order.id}`, schedule, { ifMatch: headers['etag'] ?? '' })
    expect(amended.status, amended.text).toBe(200)
    const named = await submitReport(portal, order, 'interim', { subject: '2026-04-13' })
    const first = await submitReport(portal, order, 'interim')
    expect([named.body.subject, first.body.subject]).toEqual(['2026-04-13', first.body.id])
    portal.clock.set('2026-03-16T10:00:00.000Z')
    const come = await submitReport(portal, order, 'interim')
    expect(come.body).toMatchObject({ subject: '2026-03-16', dueOn: '2026-03-23' })
    const again = await submitReport(portal, order, 'interim')
    expect(refusal(again)).toEqual([409, 'report-already-submitted'])
    expect(again.body).toMatchObject({ reportId: come.body.id, version: 1, nextSubject: '2026-03-30' })
    expect(again.body.detail).toContain('subject')
    expect((await dutiesOf(portal, order, 'interim-report')).filter((one) => one.endsWith(' met'))).toHaveLength(2)
    const mended = await sendBack(portal, come.body, { dueOn: '2026-05-08' })
    expect(mended.status, mended.text).toBe(200)
    portal.clock.set('2026-03-30T10:00:00.000Z')
    const versions = [await submitReport(portal, order, 'interim'), await submitReport(portal, order, 'interim')]
    expect(versions.map(({ body }) => [body.subject, body.version])).toEqual([
      ['2026-03-16', 2],
      ['2026-03-30', 1],
    ])
    expect(refusal(await submitReport(portal, order, 'interim', { subject: '2026-03-16' }))).toEqual([
      409,
      'report-already-submitted',
    ])
    expect((await submitReport(portal, order, 'interim', { subject: '2026-03-17' })).body).toMatchObject({
      code: 'not-found',
      errors: [{ pointer: '/subject' }],
    })
    const unasked = (await submitReport(portal, order, 'handover')).body
    expect([unasked.subject, unasked.dueOn]).toEqual([unasked.id, null])
    expect((await submitReport(portal, order, 'handover')).body.id).not.toBe(unasked.id)
  })
})
