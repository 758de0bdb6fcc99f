import { expect, test } from 'vitest'
import { purgeIdempotencyKeys } from '#platform/http/purge-idempotency-keys.ts'
import { nord } from '#test/platform/outbox/written-event.ts'
import { testDatabase } from '#test/support/test-database.ts'

test('stored answers go after 48 hours, not before, however many there are', async () => {
  const { workerDatabase, sql } = await testDatabase()
  await sql(
    `insert into idempotency_keys (client_id, key_digest, organisation_id, fingerprint, status, headers, body, created_at)
     select 'c', age || '-' || n, $1, '', 201, '{}', '{}', now() - age * interval '1 hour'
       from unnest(array[0, 23, 47, 49]) as age, generate_series(1, case age when 49 then 12000 else 2 end) as n`,
    [nord],
  )
  expect(await purgeIdempotencyKeys(workerDatabase, new AbortController().signal)).toBe(12_000)
  const [left] = await sql(`select count(*)::int as n from idempotency_keys where client_id = 'c'`)
  expect(left).toEqual({ n: 6 })
  expect(await purgeIdempotencyKeys(workerDatabase, new AbortController().signal)).toBe(0)
})
