import type { Selectable } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { ReSummonsReminders } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'

export type ReminderRow = Selectable<ReSummonsReminders>

/** One attempt at contact. `reached`: undefined where nobody said. */
export type Reminder = { readonly channel: string; readonly at: Instant; readonly reached?: boolean | undefined }

/** Adds to the contact log of a re-summons. */
export const insertReminders = async (
  trx: Trx,
  reSummons: { readonly id: string; readonly supplierId: string },
  reminders: readonly Reminder[],
  told: { readonly registeredBy: Person; readonly at: Instant },
): Promise<void> => {
  if (reminders.length === 0) return
  await trx
    .insertInto('reSummonsReminders')
    .values(
      reminders.map(({ channel, at, reached }) => ({
        id: newId(),
        reSummonsId: reSummons.id,
        supplierId: reSummons.supplierId,
        channel,
        at,
        reached: reached ?? null,
        registeredBy: JSON.stringify(told.registeredBy),
        registeredAt: told.at,
      })),
    )
    .execute()
}

/** The contact logs of re-summonses by their ids, in the order in which they were told. */
export const remindersOf = async (trx: Trx, ids: readonly string[]): Promise<Map<string, ReminderRow[]>> => {
  const byReSummons = new Map<string, ReminderRow[]>()
  if (ids.length === 0) return byReSummons
  const rows = await trx
    .selectFrom('reSummonsReminders')
    .selectAll()
    .where('reSummonsId', 'in', [...ids])
    .orderBy('id')
    .execute()
  for (const row of rows) byReSummons.set(row.reSummonsId, [...(byReSummons.get(row.reSummonsId) ?? []), row])
  return byReSummons
}
