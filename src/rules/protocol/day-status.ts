import type { LocalDate } from '#kernel/local-date.ts'

/** Minutes that are or were planned on an activity. */
type PlannedMinutes = { readonly activityId: string; readonly plannedMinutes: number }

/**
 * How a day stands in a month's protocol. `recorded`: attendance that fits the plan; `outdated`: recorded, and planned
 * otherwise since; `missing`; `not-started`: before the citizen first came, which needs none (§ 7); `ahead`: not come yet;
 * `unplanned`: no planned day, or none any more since the course ended or its dates moved, with something recorded on it that
 * stays.
 */
export const protocolDayStatuses = ['recorded', 'outdated', 'missing', 'not-started', 'ahead', 'unplanned'] as const
export type ProtocolDayStatus = (typeof protocolDayStatuses)[number]

const byActivity = (minutes: readonly PlannedMinutes[]): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const { activityId, plannedMinutes } of minutes) {
    if (plannedMinutes > 0) sums.set(activityId, (sums.get(activityId) ?? 0) + plannedMinutes)
  }
  return sums
}

/** Whether both plan the same minutes on the same activities. */
const samePlan = (one: readonly PlannedMinutes[], other: readonly PlannedMinutes[]): boolean => {
  const [left, right] = [byActivity(one), byActivity(other)]
  return left.size === right.size && [...left].every(([id, minutes]) => right.get(id) === minutes)
}

/**
 * § 5, § 7: how a day of an order stands in its protocol.
 * @param given.planned what is planned now; days before the course's first one and after its last one are none
 * @param given.recorded what was planned when attendance was recorded; null without attendance
 * @param given.beforeFirstAttendance whether the citizen had not come to this course yet, where the group has § 7's procedure
 */
export const protocolDayStatus = (given: {
  readonly date: LocalDate
  readonly today: LocalDate
  readonly firstDay: LocalDate
  readonly lastDay: LocalDate
  readonly planned: readonly PlannedMinutes[]
  readonly recorded: readonly PlannedMinutes[] | null
  readonly beforeFirstAttendance: boolean
}): ProtocolDayStatus => {
  if (given.planned.length === 0 || given.date < given.firstDay || given.date > given.lastDay) return 'unplanned'
  if (given.recorded !== null) return samePlan(given.planned, given.recorded) ? 'recorded' : 'outdated'
  if (given.date > given.today) return 'ahead'
  return given.beforeFirstAttendance ? 'not-started' : 'missing'
}
