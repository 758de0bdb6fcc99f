import { isCprNumber } from '#kernel/citizen-number.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: a citizen is named by a CPR number that can exist. */
export const citizenNumberCanExist = (cpr: string): Verdict<'citizen-number-invalid'> =>
  isCprNumber(cpr) ? allowed : refused('citizen-number-invalid')
