import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** A registration of the citizen with this supplier, as far as the rules below need it. */
export type RegisteredAbsence = {
  readonly id: string
  readonly citizenId: string
  readonly date: LocalDate
  readonly withdrawn: boolean
}

/**
 * § 6: one registration per citizen, supplier and day, however many activities or orders the day has.
 * @param live the live registration of that day, if there is one
 * @param replaces the one that the new registration corrects, which does not stand against it
 */
export const onePerCitizenAndDay = (
  live: { readonly id: string } | undefined,
  replaces: string | undefined,
): Verdict<'absence-already-registered'> =>
  live === undefined || live.id === replaces
    ? allowed
    : refused('absence-already-registered', { existing: { id: live.id, url: `/v1/absences/${live.id}` } })

/** Ours: what is replaced is a live registration of the same citizen and day. */
export const replacesTheSameDay = (
  replaced: RegisteredAbsence | undefined,
  target: { readonly citizenId: string; readonly date: LocalDate },
): Verdict<'not-found' | 'absence-already-withdrawn' | 'replaced-absence-differs'> => {
  if (replaced === undefined) {
    const detail = { da: 'Findes ikke.', en: 'Does not exist.' }
    return refused('not-found', { faults: [{ pointer: '/replaces', code: 'not-found', detail }] })
  }
  if (replaced.citizenId !== target.citizenId || replaced.date !== target.date)
    return refused('replaced-absence-differs')
  return notYetWithdrawn(replaced)
}

/** Ours: a registration is withdrawn once. */
export const notYetWithdrawn = (absence: { readonly withdrawn: boolean }): Verdict<'absence-already-withdrawn'> =>
  absence.withdrawn ? refused('absence-already-withdrawn') : allowed
