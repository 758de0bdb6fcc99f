import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/**
 * § 9: own sickness is reported by the citizen to Kontaktcentret and noted in the protocol, never registered here.
 * § 9 leaves sickness-benefit recipients out; for them the answer points at the ordering caseworker (Ours).
 */
export const sickLeaveStaysOut = (reason: string, targetGroup: string): Verdict<'sick-leave-not-in-portal'> =>
  reason === 'own-sickness'
    ? refused('sick-leave-not-in-portal', { tell: targetGroup === 'sickness-benefit' ? 'caseworker' : 'kontaktcenter' })
    : allowed
