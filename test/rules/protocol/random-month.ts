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
  /** Leave that the order's jobcenter gave before the day's registration, and after it; null: the whole day. */
  readonly leaveBefore: number
  readonly leaveAfter: number | null
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
  readonly reason: 'no-notice' | 'non-participation'
  readonly withdrawn: boolean
  /** The order that it names, and those that it is held against, by their places; the named one is among them. */
  readonly names: number
  readonly heldAgainst: readonly number[]
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

const constants = <T extends object>(found: T) =>
  Object.fromEntries(Object.entries(found).map(([key, value]) => [key, fc.constant(value)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>
  }

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
      leaveBefore: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: minutes(3) }),
      leaveAfter: fc.oneof(
        { weight: 2, arbitrary: fc.constant(0) },
        { weight: 2, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: minutes(3) },
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
const registrationFor = (orders: readonly RandomOrder[], index: number): fc.Arbitrary<RandomRegistration | null> => {
  const places = orders.map((_, place) => place)
  const held = fc.oneof(
    { weight: 3, arbitrary: fc.constant<readonly number[]>(places) },
    { weight: 1, arbitrary: fc.constantFrom(...places).map((place) => [place]) },
  )
  const unauthorised = unauthorisedOf(orders, index)
  const planned = orders.reduce((sum, one) => sum + (one.days[index]?.planned[0] ?? 0), 0)
  return fc
    .record({
      minutes: fc.oneof(
        { weight: 12, arbitrary: fc.constant(unauthorised) },
        { weight: 1, arbitrary: fc.constant(planned) },
        { weight: 1, arbitrary: minutes(6) },
        { weight: 2, arbitrary: fc.constant(0) },
      ),
      reason: fc.constantFrom('no-notice' as const, 'no-notice' as const, 'non-participation' as const),
      withdrawn: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      heldAgainst: held,
    })
    .chain((found) => fc.record({ ...constants(found), names: fc.constantFrom(...found.heldAgainst) }))
    .map((found) => (found.minutes === 0 ? null : found))
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
      registrations: fc.tuple(...randomDates.map((_, index) => registrationFor(orders, index))) as fc.Arbitrary<
        (RandomRegistration | null)[]
      >,
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

const plannedMinutes = (one: RandomOrder, index: number): number => {
  const [first, other] = one.days[index]?.planned ?? [0, 0]
  return first + other
}

/** Whether nothing is asked of a course on the day: it was over, or waits for the citizen and has nothing on record. */
const idle = (one: RandomOrder, index: number): boolean =>
  plannedDay(one, index) === undefined || (notStarted(one, index) && one.days[index]?.recorded === null)

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

/** Every number of minutes that may be, by the step of these months. */
const upTo = (most: number): number[] =>
  Array.from({ length: Math.max(0, most) / step + 1 }, (_, count) => count * step)

/**
 * § 5, § 6, § 9, § 10 once more. "Each unauthorised absent day has a registration with the same minutes and the other way
 * round, over all the supplier's orders. Explained differences: sickness (protocol only), approved leave, non-participation
 * (present in the protocol)." So each registered minute was spent somewhere; the days agree when there is a way to say where.
 */
const registersAgree = ({ orders, registrations }: RandomMonth, index: number): boolean => {
  const saidOf = (one: RandomOrder, what: 'attended' | 'unauthorised' | 'leave'): number =>
    total((plannedDay(one, index)?.recorded ?? []).map((entry) => entry[what]))
  const live = registrations[index]?.withdrawn === false ? registrations[index] : null
  const unauthorised = total(orders.map((one) => saidOf(one, 'unauthorised')))
  if (!live) return unauthorised === 0
  // The same minutes: not one unauthorised that nobody registered.
  if (live.minutes < unauthorised) return false
  // The other way round: a registration speaks of the orders that it is held against, and of no others.
  const held = live.heldAgainst.flatMap((place) => orders[place] ?? [])
  const present = live.reason === 'non-participation' ? total(held.map((one) => saidOf(one, 'attended'))) : 0
  const onLeave = total(
    held.map((one) => {
      const given = one.days[index]?.leaveAfter ?? plannedMinutes(one, index)
      // The jobcenter of that order said so afterwards, and so does that order's protocol.
      return saidOf(one, 'leave') < given ? saidOf(one, 'leave') : given
    }),
  )
  const resting = held.filter((one) => idle(one, index))
  const named = orders[live.names]
  const roomOfNamed = named && idle(named, index) ? plannedMinutes(named, index) : 0
  const roomOnRunning = total(held.filter((one) => !idle(one, index)).map((one) => plannedMinutes(one, index)))
  // So many of its minutes may lie on courses of which nothing is asked: the named one is such, or the others are too short.
  const ways = upTo(total(resting.map((one) => plannedMinutes(one, index)))).filter(
    (there) => there <= roomOfNamed || there <= live.minutes - roomOnRunning,
  )
  return [0, ...ways].some((there) => live.minutes - there <= unauthorised + present + onLeave)
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
