import type { LocalDate } from '#kernel/local-date.ts'

/**
 * A time in which the authority left a supplier no way to do what a day of a course asks for, from its first day up to, and not
 * including, the day on which it ended: until the order was approved, the day came into the course by an amendment, an activity that
 * the supplier had proposed was decided on, or leave that covered the day was withdrawn.
 */
export type Hindrance = { readonly from: LocalDate; readonly to: LocalDate }

/**
 * Ours: nobody is late with what the authority made impossible. The first day, from that on which something was due, on which it was
 * possible: the day itself, or the day on which the hindrance ended in which it lies, and so on. What the supplier
 * could have done before a hindrance began it was late with already. `portal_possible_on` in SQL; a test holds the two together.
 */
export const possibleOn = (dueOn: LocalDate, hindrances: readonly Hindrance[]): LocalDate => {
  const standing = hindrances.find(({ from, to }) => from <= dueOn && dueOn < to)
  return standing === undefined ? dueOn : possibleOn(standing.to, hindrances)
}
