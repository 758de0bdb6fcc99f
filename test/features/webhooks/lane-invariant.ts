import { expect } from 'vitest'
import type { TestDatabase } from '#test/support/test-database.ts'

/**
 * Holds the open deliveries against what is true between any two transactions: of a lane exactly one is due, the one with
 * the lowest sequence; and one without a lane always is.
 */
export const expectLanesInOrder = async ({ sql }: Pick<TestDatabase, 'sql'>): Promise<void> => {
  const broken = await sql(
    `select endpoint_id, lane, array_agg(sequence order by sequence) as open,
            coalesce(array_agg(sequence order by sequence) filter (where due_at is not null), '{}') as due
       from webhook_deliveries where status = 'pending' and lane is not null
      group by endpoint_id, lane
     having count(due_at) <> 1 or min(sequence) <> min(sequence) filter (where due_at is not null)
     union all
     select endpoint_id, lane, array[sequence], '{}'
       from webhook_deliveries where status = 'pending' and lane is null and due_at is null`,
  )
  expect(broken, 'lanes whose first open delivery is not the one that is due').toEqual([])
}
