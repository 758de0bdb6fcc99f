import { type AbsenceBody, absenceNumber, type World } from './world.ts'

/** Gives each absence of the world out once. */
export type Numbering = {
  next(): AbsenceBody
  take(count: number): AbsenceBody[]
  readonly given: number
}

/** Starts at the world's first absence, or after those that earlier runs were given. */
export const numberAbsences = (world: World, before = 0): Numbering => {
  let given = before
  const next = (): AbsenceBody => absenceNumber(world, given++)
  return {
    next,
    take: (count) => Array.from({ length: count }, next),
    get given() {
      return given
    },
  }
}
