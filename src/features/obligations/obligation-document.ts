import type { Caller, Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import { obligationStatus } from '#rules/obligation/obligation-state.ts'
import type { ExtensionRow, ObligationRow } from './obligation.queries.ts'

/** An extension: both dates for everybody, why and by whom for the two parties (Ours). */
const extensionDocument = (row: ExtensionRow, isParty: boolean) => ({
  fromDueOn: row.fromDueOn,
  toDueOn: row.toDueOn,
  agreedAt: row.agreedAt,
  ...(isParty ? { reason: row.reason, agreedBy: row.agreedBy as unknown as Person } : {}),
})

/** A duty as its readers see it; its status is that of `now`. */
export const obligationDocument = (
  row: ObligationRow,
  extensions: readonly ExtensionRow[],
  given: { readonly caller: Caller; readonly now: Instant },
) => {
  const { id, kind, orderId, supplierId, jobcenterId, subject, openedAt, openedBecause } = row
  const { dueOn, dueAt, originalDueOn, metAt, metBy, daysLate, workingDaysLate, waivedAt, waivedBecause } = row
  const isParty = [supplierId, jobcenterId].includes(given.caller.organisation.id)
  return {
    ...{ id, kind, orderId, supplierId, jobcenterId, subject },
    status: obligationStatus({ dueAt, metAt, waivedAt }, given.now),
    // Ours: what was asked when it was already over, as of an order that was entered late, is told apart.
    openedAfterDue: openedAt >= dueAt,
    ...{ openedAt, openedBecause, dueOn, dueAt, originalDueOn, metAt, metBy, daysLate, workingDaysLate },
    ...{ waivedAt, waivedBecause },
    extensions: extensions.map((extension) => extensionDocument(extension, isParty)),
  }
}
