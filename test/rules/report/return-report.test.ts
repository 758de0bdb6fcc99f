import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import {
  orderTakesReports,
  reportIsNotReturned,
  returnDateCanBeKept,
  revisionSubject,
} from '#rules/report/return-report.ts'

const today = localDate('2026-06-03')

describe('order-state: no report of a cancelled order is sent back', () => {
  test('of a running and of an ended course it is', () => {
    expect(orderTakesReports({ status: 'approved', courseStatus: 'attending' }).allowed).toBe(true)
    expect(orderTakesReports({ status: 'ended', courseStatus: 'ended' }).allowed).toBe(true)
  })

  test('of a cancelled order it is not', () => {
    expect(orderTakesReports({ status: 'cancelled', courseStatus: 'awaiting-first-meeting' })).toMatchObject({
      slug: 'order-state',
      facts: { orderStatus: 'cancelled', allowedIn: ['approved', 'ended'] },
    })
  })
})

describe('report-already-returned: each version is returned once', () => {
  test('what was submitted can be returned, also a second version', () => {
    expect(reportIsNotReturned({ status: 'submitted', version: 1 }).allowed).toBe(true)
    expect(reportIsNotReturned({ status: 'submitted', version: 2 }).allowed).toBe(true)
  })

  test('what was returned waits for the next version', () => {
    expect(reportIsNotReturned({ status: 'returned', version: 1 })).toEqual({
      allowed: false,
      slug: 'report-already-returned',
      facts: { version: 1, reportStatus: 'returned' },
    })
  })
})

describe('return-date-invalid: the date for the next version can still be kept', () => {
  test.each(['2026-06-03', '2026-06-04', '2027-01-01'])('%s can', (dueOn) => {
    expect(returnDateCanBeKept({ dueOn: localDate(dueOn), today }).allowed).toBe(true)
  })

  test('yesterday cannot', () => {
    expect(returnDateCanBeKept({ dueOn: localDate('2026-06-02'), today })).toEqual({
      allowed: false,
      slug: 'return-date-invalid',
      facts: { today },
    })
  })
})

test('the duty that a return opens is about the next version', () => {
  expect(revisionSubject('01890000-0000-7000-8000-000000000001', 2)).toBe('01890000-0000-7000-8000-000000000001 v2')
})
