import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { obligationKinds } from '#rules/obligation/obligation-state.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { canBeReportedOn, dutyOfRequest, requestDateCanBeKept, requestedKinds } from '#rules/report/request-report.ts'

const today = localDate('2026-03-13')
const state = (status: OrderState['status'], courseStatus: OrderState['courseStatus']): OrderState => ({
  status,
  courseStatus,
})

describe('order-state: on which orders reports are asked for', () => {
  test.each(requestedKinds)('%s: while the course runs, and before it began', (kind) => {
    expect(canBeReportedOn(state('approved', 'attending'), kind).allowed).toBe(true)
    expect(canBeReportedOn(state('approved', 'awaiting-first-meeting'), kind).allowed).toBe(true)
  })

  test('after the end a contribution or a handover, and no interim report', () => {
    const ended = state('ended', 'ended')
    expect(canBeReportedOn(ended, 'social-action-plan').allowed).toBe(true)
    expect(canBeReportedOn(ended, 'handover').allowed).toBe(true)
    expect(canBeReportedOn(ended, 'interim')).toEqual({
      allowed: false,
      slug: 'order-state',
      facts: { orderStatus: 'ended', courseStatus: 'ended', allowedIn: ['approved'] },
    })
  })

  test.each(requestedKinds)('%s: not of a draft, a cancelled order or a course that never started', (kind) => {
    for (const given of [
      state('draft', 'awaiting-first-meeting'),
      state('cancelled', 'awaiting-first-meeting'),
      state('ended', 'never-started'),
    ]) {
      expect(canBeReportedOn(given, kind)).toMatchObject({ allowed: false, slug: 'order-state' })
    }
  })
})

describe('request-date-invalid: a date that can still be kept', () => {
  test('today can', () => {
    expect(requestDateCanBeKept({ dueOn: today, today }).allowed).toBe(true)
  })

  test('yesterday cannot', () => {
    expect(requestDateCanBeKept({ dueOn: localDate('2026-03-12'), today })).toEqual({
      allowed: false,
      slug: 'request-date-invalid',
      facts: { today },
    })
  })
})

test('every kind that is asked for opens a duty that the portal watches', () => {
  for (const kind of requestedKinds) expect(obligationKinds).toContain(dutyOfRequest[kind])
})
