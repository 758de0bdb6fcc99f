import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: leave that was given in error is withdrawn once. */
export const leaveNotYetWithdrawn = (leave: { readonly withdrawn: boolean }): Verdict<'leave-already-withdrawn'> =>
  leave.withdrawn ? refused('leave-already-withdrawn') : allowed
