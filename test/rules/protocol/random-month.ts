import fc from 'fast-check'
import { addDays, type LocalDate, localDate } from '#kernel/local-date.ts'

/** Two activities of each order may be planned on a day. */
export type RandomEntry = {
  readonly activity: 0 | 1
  readonly attended: number
  readonly unauthorised: number
  readonly sick: number
  readonly leave: number
}
/** What attendance was recorded of, by a plan that may have changed since. Minutes. */
export type RandomDay = {
  readonly planned: readonly [number, number]
  readonly recorded: readonly RandomEntry[] | null
}
export type RandomOrder = {
  /** Whether the group has the first-meeting procedure. */
  readonly procedure: boolean
  readonly firstAttendedOn: LocalDate | null
  readonly endedOn: LocalDate | null
  readonly days: readonly RandomDay[]
}
export type RandomRegistration = {
  readonly minutes: number
  readonly leaveAfterwards: number
  readonly reason: 'no-notice' | 'non-participation'
  readonly withdrawn: boolean
}
export type RandomMonth = {
  readonly today: LocalDate
  /** The first is the one whose protocol is submitted. */
  readonly orders: readonly RandomOrder[]
  readonly registrations: readonly (RandomRegistration | null)[]
}

const monday = localDate('2026-03-02')
/** The days that a random month is about. */
export const randomDates: readonly LocalDate[] = [0, 1, 2, 3].map((days) => addDays(monday, days))

const step = 30
const minutes = (most: number) => fc.integer({ min: 0, max: most }).map((steps) => steps * step)

const split = (activity: 0 | 1, planned: number): fc.Arbitrary<RandomEntry> =>
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })).map(([one, other]) => {
    const parts = { attended: 0, unauthorised: 0, sick: 0, leave: 0 }
    const names = ['attended', 'unauthorised', 'sick', 'leave'] as const
    const half = Math.floor(planned / step / 2) * step
    parts[names[one] as 'attended'] += half
    parts[names[other] as 'attended'] += planned - half
    return { activity, ...parts }
  })

/** Recorded as planned now, or, seldom, as planned before. */
const recordedOf = (planned: readonly [number, number]): fc.Arbitrary<readonly RandomEntry[]> =>
  fc
    .oneof({ weight: 8, arbitrary: fc.constant(planned) }, { weight: 1, arbitrary: fc.tuple(minutes(3), minutes(3)) })
    .chain((then) => fc.tuple(split(0, then[0]), split(1, then[1])))
    .map((entries) => entries.filter((entry) => entry.attended + entry.unauthorised + entry.sick + entry.leave > 0))

const day: fc.Arbitrary<RandomDay> = fc
  .oneof(
    { weight: 4, arbitrary: fc.tuple(minutes(4), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(minutes(3), minutes(3)) },
  )
  .chain((planned) =>
    fc.record({
      planned: fc.constant(planned as [number, number]),
      recorded: fc.oneof(
        { weight: 8, arbitrary: recordedOf(planned as [number, number]) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    }),
  )
  .map((found) => ({ ...found, recorded: found.recorded?.length === 0 ? null : found.recorded }))

const someDate = fc.constantFrom(...randomDates)
const order: fc.Arbitrary<RandomOrder> = fc
  .record({
    procedure: fc.boolean(),
    firstAttendedOn: fc.oneof(
      { weight: 4, arbitrary: fc.constant(monday) },
      { weight: 2, arbitrary: someDate },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    endedOn: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: someDate }),
    days: fc.tuple(day, day, day, day),
    lateRecords: fc.boolean(),
  })
  .map(({ lateRecords, ...found }) => ({
    ...found,
    // Mostly nothing is recorded before the citizen came.
    days: found.days.map((one, index) => {
      const before = found.firstAttendedOn === null || (randomDates[index] ?? monday) < found.firstAttendedOn
      return before && found.procedure && !lateRecords ? { ...one, recorded: null } : one
    }),
  }))

const unauthorisedOf = (orders: readonly RandomOrder[], index: number): number =>
  orders.flatMap((one) => one.days[index]?.recorded ?? []).reduce((sum, entry) => sum + entry.unauthorised, 0)

/** Mostly a registration of the very minutes that the protocol shows, so that many months are accepted. */
const registrationFor = (unauthorised: number): fc.Arbitrary<RandomRegistration | null> => {
  const fitting = fc.record({
    minutes: fc.constant(unauthorised),
    leaveAfterwards: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: minutes(3) }),
    reason: fc.constantFrom('no-notice', 'non-participation'),
    withdrawn: fc.constant(false),
  }) as fc.Arbitrary<RandomRegistration>
  const any = fc.record({
    minutes: minutes(6),
    leaveAfterwards: minutes(4),
    reason: fc.constantFrom('no-notice', 'no-notice', 'non-participation'),
    withdrawn: fc.boolean(),
  }) as fc.Arbitrary<RandomRegistration>
  return fc
    .oneof(
      { weight: 5, arbitrary: fitting },
      { weight: 1, arbitrary: any },
      { weight: 1, arbitrary: fc.constant(null) },
    )
    .map((found) => (found?.minutes === 0 ? null : found))
}

/** A random month of a citizen at one supplier: one order or two, with everything that may stand on their days. */
export const randomMonth: fc.Arbitrary<RandomMonth> = fc
  .oneof({ weight: 2, arbitrary: fc.tuple(order) }, { weight: 1, arbitrary: fc.tuple(order, order) })
  .chain((orders) =>
    fc.record({
      today: fc.oneof(
        { weight: 8, arbitrary: fc.constant(localDate('2026-03-31')) },
        { weight: 1, arbitrary: someDate },
      ),
      orders: fc.constant<readonly RandomOrder[]>(orders),
      registrations: fc.tuple(
        ...randomDates.map((_, index) => registrationFor(unauthorisedOf(orders, index))),
      ) as fc.Arbitrary<(RandomRegistration | null)[]>,
    }),
  )

/** What was said of a day of an order, as far as it is a day of its course with something planned. */
const plannedDay = (one: RandomOrder, index: number): RandomDay | undefined => {
  const found = one.days[index]
  const [date, over] = [randomDates[index] ?? monday, one.endedOn]
  return found && found.planned[0] + found.planned[1] > 0 && !(over !== null && date > over) ? found : undefined
}

const notStarted = (one: RandomOrder, index: number): boolean =>
  one.procedure && (one.firstAttendedOn === null || (randomDates[index] ?? monday) < one.firstAttendedOn)

const asPlanned = ({ planned, recorded }: RandomDay): boolean =>
  [0, 1].every((activity) => {
    const entry = recorded?.find((one) => one.activity === activity)
    const said = entry ? entry.attended + entry.unauthorised + entry.sick + entry.leave : 0
    return said === planned[activity]
  })

/** Of so many minutes, those left once `places` took theirs, one by one. */
const withoutAPlace = (count: number, places: readonly number[]): number => {
  const free = places.flatMap((place) => Array.from({ length: place / step }, () => step))
  let left = count
  for (const minute of free) if (left > 0) left -= minute
  return left
}

/** § 5, § 6, § 9, § 10 once more: whether the two registers say the same of a day, or say why not. */
const registersAgree = ({ orders, registrations }: RandomMonth, index: number): boolean => {
  const held = orders.flatMap((one) => plannedDay(one, index) ?? [])
  const said = held.flatMap((one) => one.recorded ?? [])
  const live = registrations[index]?.withdrawn === false ? registrations[index] : null
  const unauthorised = said.map((entry) => entry.unauthorised)
  const registered = live?.minutes ?? 0
  // An unauthorised minute that nobody registered.
  if (
    withoutAPlace(
      unauthorised.reduce((sum, one) => sum + one, 0),
      [registered],
    ) > 0
  )
    return false
  // A registered minute that the protocol does not show: the citizen was there and took no part …
  if (live?.reason === 'non-participation') return true
  // … or it is leave by now, or of a course that had not begun or was over by then.
  const leave = said.reduce((sum, entry) => sum + entry.leave, 0)
  const waiting = orders.flatMap((one) => {
    const planned = plannedDay(one, index)
    return planned && planned.recorded === null && notStarted(one, index) ? planned.planned : []
  })
  const over = orders.flatMap((one) => (plannedDay(one, index) ? [] : (one.days[index]?.planned ?? [])))
  const turnedLeave = Math.min(leave, live?.leaveAfterwards ?? 0)
  return withoutAPlace(registered, [...unauthorised, turnedLeave, ...waiting, ...over]) === 0
}

/** The rule in plain words, from rules.md: what becomes of the submission of the first order's month. */
export const plainAnswer = (month: RandomMonth): string => {
  const [first] = month.orders
  const days = randomDates.flatMap((date, index) => {
    const found = first && plannedDay(first, index)
    return first && found ? [{ date, index, found, started: !notStarted(first, index) }] : []
  })
  if (days.length === 0) return 'nothing-planned-that-month'
  if (days.some(({ date }) => date > month.today)) return 'month-not-over'
  const complete = days.every(({ found, started }) => (found.recorded === null ? !started : asPlanned(found)))
  if (!complete) return 'protocol-incomplete'
  return days.every(({ index }) => registersAgree(month, index)) ? 'allowed' : 'protocol-does-not-reconcile'
}
