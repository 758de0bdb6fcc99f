import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** A version of a code, a policy or a template: valid from a day to another, both counted; null: no end is set. */
export type DatedVersion = { readonly validFrom: LocalDate; readonly validTo: LocalDate | null }

/** Ours: what the register was held against in the past is not changed afterwards; a change begins today or later. */
export const notInThePast = (validFrom: LocalDate, today: LocalDate): Verdict<'validity-in-the-past'> =>
  validFrom < today ? refused('validity-in-the-past', { earliest: today }) : allowed

/** Ours: a day has one version that begins on it. */
export const beginsAlone = (
  validFrom: LocalDate,
  versions: readonly DatedVersion[],
): Verdict<'version-already-there'> =>
  versions.some((version) => version.validFrom === validFrom)
    ? refused('version-already-there', { validFrom })
    : allowed

/**
 * Where a new version stands among the others: the one that is valid on its first day ends the day before, and it ends
 * itself the day before the next one begins.
 * @returns the version to close with its new last day, and the last day of the new one
 */
export const placeVersion = <Version extends DatedVersion>(
  validFrom: LocalDate,
  versions: readonly Version[],
): { readonly closes: { version: Version; validTo: LocalDate } | null; readonly validTo: LocalDate | null } => {
  const former = versions.find(
    (version) => version.validFrom < validFrom && (version.validTo === null || version.validTo >= validFrom),
  )
  const [next] = versions
    .map((version) => version.validFrom)
    .filter((date) => date > validFrom)
    .sort()
  return {
    closes: former ? { version: former, validTo: addDays(validFrom, -1) } : null,
    validTo: next === undefined ? null : addDays(next, -1),
  }
}
