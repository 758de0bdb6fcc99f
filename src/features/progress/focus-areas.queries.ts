import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { FocusArea } from '#rules/progress/start-assessment.ts'

/** A version of an order's focus areas as it is held. */
export type HeldFocusAreas = {
  readonly version: number
  readonly areas: readonly FocusArea[]
  readonly registeredAt: Instant
  readonly registeredBy: Person
}

const heldAreas = (trx: Trx, orderId: string) =>
  trx
    .selectFrom('focusAreas')
    .select(['version', 'areas', 'registeredAt', 'registeredBy'])
    .where('orderId', '=', orderId)
    .orderBy('version')
    .$castTo<HeldFocusAreas>()

/** Every version of an order's focus areas, oldest first. */
export const focusAreaVersions = (trx: Trx, orderId: string): Promise<HeldFocusAreas[]> =>
  heldAreas(trx, orderId).execute()

/** A page of the versions after one of them, oldest first. */
export const focusAreaVersionsAfter = (
  trx: Trx,
  orderId: string,
  after: number,
  limit: number,
): Promise<HeldFocusAreas[]> => heldAreas(trx, orderId).where('version', '>', after).limit(limit).execute()

/**
 * § 2: the focus areas of an order as they stand, with their start assessments (1 to 10); empty when none were recorded. For
 * whoever takes the end assessments.
 */
export const focusAreasOf = async (trx: Trx, orderId: string): Promise<readonly FocusArea[]> => {
  const latest = await trx
    .selectFrom('focusAreas')
    .select('areas')
    .where('orderId', '=', orderId)
    .orderBy('version', 'desc')
    .limit(1)
    .$castTo<Pick<HeldFocusAreas, 'areas'>>()
    .executeTakeFirst()
  return latest?.areas ?? []
}
