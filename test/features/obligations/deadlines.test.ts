import { describe, expect, test } from 'vitest'
import cases from '#test/rules/calendar/deadlines.json' with { type: 'json' }
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const ask = (rule: string, from: string, client = 'supplier-nord') =>
  portal.as(client).get(`/v1/deadlines/${rule}`, { query: { from } })

describe('GET /v1/deadlines/{rule}', () => {
  test('final-report-due: an end on a Monday is due on the Tuesday of the week after (§ 3)', async () => {
    const answer = await ask('final-report-due', '2018-03-05')
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        rule: 'final-report-due',
        from: '2018-03-05',
        dueOn: '2018-03-13',
        counted: ['2018-03-06', '2018-03-07', '2018-03-08', '2018-03-09', '2018-03-12', '2018-03-13'],
      },
    ])
  })

  test('gives every worked case', async () => {
    for (const { endedOn, dueOn } of cases['final-report-due']) {
      expect((await ask('final-report-due', endedOn)).body.dueOn).toBe(dueOn)
    }
    for (const { missedOn, earliestOn, latestOn } of cases['new-meeting-earliest']) {
      expect((await ask('new-meeting-earliest', missedOn)).body).toMatchObject({ dueOn: earliestOn, latestOn })
    }
    for (const { missedOn, dueOn } of cases['re-summons-letter-due']) {
      expect((await ask('re-summons-letter-due', missedOn)).body.dueOn).toBe(dueOn)
    }
    for (const { month, dueOn } of cases['attendance-protocol-due']) {
      expect((await ask('attendance-protocol-due', `${month}-17`)).body).toMatchObject({ dueOn, counted: [] })
    }
  })

  test.each(['supplier-syd', 'jobcenter-skelbaekgade', 'k-kassen', 'auditor-dragoer', 'administrator'])(
    '%s may ask',
    async (client) => {
      expect((await ask('final-report-due', '2026-03-27', client)).body.dueOn).toBe('2026-04-09')
    },
  )

  test('reckons with a closing day as soon as there is one', async () => {
    const own = await testPortal()
    const due = async () =>
      (await own.as('supplier-nord').get('/v1/deadlines/re-summons-letter-due', { query: { from: '2026-03-13' } })).body
        .dueOn
    expect(await due()).toBe('2026-03-16')
    await own.sql(
      `insert into closing_days (id, date, label_da, label_en, valid_from) values (uuidv7(), '2026-03-16', 'Lukket', 'Closed', '2026-01-01')`,
    )
    expect(await due()).toBe('2026-03-17')
  })

  test('follows the stricter reading where the portal is set to it', async () => {
    const strict = await testPortal({ finalReportReading: 'fifth-working-day' })
    const answer = await strict
      .as('supplier-nord')
      .get('/v1/deadlines/final-report-due', { query: { from: '2018-03-05' } })
    expect(answer.body.dueOn).toBe('2018-03-12')
  })

  test('a rule that there is not is not found', async () => {
    for (const rule of ['interim-report', 'toString', 'x']) {
      const answer = await ask(rule, '2026-03-13')
      expect([answer.status, answer.body.code]).toEqual([404, 'not-found'])
    }
  })

  test('a date that is none, or beyond the calendar, is a fault at from', async () => {
    for (const from of ['2026-02-29', '13-03-2026', '2009-12-31', '2061-01-01', '2060-12-31']) {
      const answer = await ask('final-report-due', from)
      expect([from, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([from, 400, 'from'])
    }
    const missing = await portal.as('supplier-nord').get('/v1/deadlines/final-report-due')
    expect([missing.status, missing.body.errors[0].pointer]).toEqual([400, 'from'])
  })

  test('is the same for the same question', async () => {
    const { headers } = await ask('final-report-due', '2026-03-27')
    const again = await portal.as('supplier-nord').get('/v1/deadlines/final-report-due', {
      query: { from: '2026-03-27' },
      headers: { 'if-none-match': headers['etag'] ?? '' },
    })
    expect(again.status).toBe(304)
  })
})
