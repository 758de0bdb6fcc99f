import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { workingDays } from '#rules/calendar/working-days.ts'
import { interimReportsDue, protocolsDue } from '#rules/order/order-duties.ts'

const isWorkingDay = workingDays({ yearly: [], single: new Set() })
const order = { startDate: d('2026-03-02'), endDate: d('2026-04-27') }

describe('§ 3: interim reports', () => {
  test('every so many weeks after the start, while the course runs; five working days unless the order says', () => {
    expect(interimReportsDue(order, { interimEveryWeeks: 4 }, isWorkingDay)).toEqual([
      // Maundy Thursday, Good Friday and Easter Monday are none.
      { subject: '2026-03-30', dueOn: '2026-04-09' },
    ])
    expect(interimReportsDue(order, { interimEveryWeeks: 3, interimDueWorkingDays: 1 }, isWorkingDay)).toEqual([
      { subject: '2026-03-23', dueOn: '2026-03-24' },
      { subject: '2026-04-13', dueOn: '2026-04-14' },
    ])
  })

  test('none where the order asks for none, or ends before the first', () => {
    expect(interimReportsDue(order, null, isWorkingDay)).toEqual([])
    expect(interimReportsDue(order, { interimDueWorkingDays: 3 }, isWorkingDay)).toEqual([])
    expect(interimReportsDue(order, { interimEveryWeeks: 8 }, isWorkingDay)).toEqual([])
  })
})

describe('§ 5: protocols', () => {
  test('one for each month with planned days, due on the 1st of the next', () => {
    expect(protocolsDue([d('2026-12-31'), d('2026-11-02'), d('2026-12-01')])).toEqual([
      { subject: '2026-11', dueOn: '2026-12-01' },
      { subject: '2026-12', dueOn: '2027-01-01' },
    ])
    expect(protocolsDue([])).toEqual([])
  })
})
