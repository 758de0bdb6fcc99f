import { describe, expect, test } from 'vitest'
import { type Checkpoint, signCheckpoint } from '#platform/audit/checkpoints.ts'
import { generateSigningKey, parseSigningKey } from '#platform/audit/signing-key.ts'
import type { TestDatabase } from '#test/support/test-database.ts'
import { lastOf, sealAll, sealedLog, tamper, verified, writtenChange } from './written-log.ts'

const key = await parseSigningKey(generateSigningKey())
const at = '2026-03-13T10:00:00.000Z'

describe('an end that was cut off', () => {
  /** Makes the sealer forget rows behind the last link. */
  const forgotten = `update audit_sealing s set fresh = '{}', fading = '{}',
    high = coalesce((select max(c.position) from audit_chain c where c.source = s.source), 0)`

  /** Takes the end away; `clean` means with everything in the database that remembers it. */
  const cut = (world: TestDatabase, from: number, clean: boolean) =>
    tamper(
      world,
      `delete from change_log r using audit_chain c where c.source = 'change' and c.position = r.position and c.number >= ${from};
       delete from lookups r using audit_chain c where c.source = 'look-up' and c.position = r.position and c.number >= ${from};
       delete from refusals r using audit_chain c where c.source = 'refusal' and c.position = r.position and c.number >= ${from};
       delete from audit_chain where number >= ${from}; delete from audit_citizens where number >= ${from};
       ${clean ? `delete from audit_checkpoints where number >= ${from}; update audit_tail set (last, hash) = (select number, hash from audit_chain order by number desc limit 1); ${forgotten}` : 'select 1'}`,
    )

  test('links alone', async () => {
    const world = await sealedLog()
    const last = await lastOf(world)
    await tamper(world, `delete from audit_chain where number = ${last}`)
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: last } })
  })

  test('links and rows; also when the log has gone on', async () => {
    const world = await sealedLog()
    await cut(world, 10, false)
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: 10 } })
    await writtenChange(world)
    await sealAll(world)
    expect(await verified(world)).toMatchObject({ fault: { what: 'link-missing', number: 10 } })
  })

  test('with all traces in the database: a checkpoint that was kept outside alone tells', async () => {
    const world = await sealedLog()
    const checkpoint = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    await cut(world, checkpoint.number, true)
    expect(await verified(world)).toMatchObject({ fault: null })
    const outside = { outside: [checkpoint], trustedKeys: [key.publicKey.kid] }
    expect(await verified(world, outside)).toMatchObject({ fault: { what: 'checkpoint-cut-off' } })
    await writtenChange(world)
    await sealAll(world)
    expect(await verified(world)).toMatchObject({ fault: null })
    expect(await verified(world, outside)).toMatchObject({ fault: { what: 'checkpoint-differs' } })
  })

  test('a log that was emptied, the place of its end included', async () => {
    const world = await sealedLog()
    await tamper(
      world,
      `truncate change_log, lookups, refusals, audit_chain, audit_citizens, audit_checkpoints, audit_tail, audit_sealing`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: 1 } })
  })

  test('the sealer remembers how far it was, and rows that were aborted do not matter', async () => {
    const world = await sealedLog()
    for (const source of ['change_log', 'lookups', 'refusals']) {
      await world.sql(`select nextval(pg_get_serial_sequence('${source}', 'position')) from generate_series(1, 3)`)
    }
    expect(await verified(world)).toMatchObject({ fault: null })
    await writtenChange(world)
    await sealAll(world)
    expect(await verified(world)).toMatchObject({ fault: null })
    await cut(world, 10, false)
    await tamper(
      world,
      `update audit_tail set (last, hash) = (select number, hash from audit_chain order by number desc limit 1)`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: 10 } })
    await tamper(world, forgotten)
    expect(await verified(world)).toMatchObject({ fault: null })
  })

  test('the stored checkpoint tells while it stands', async () => {
    const world = await sealedLog()
    const { number } = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    await cut(world, 10, false)
    await tamper(
      world,
      `update audit_tail set (last, hash) = (select number, hash from audit_chain order by number desc limit 1); ${forgotten}`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'checkpoint-cut-off', number } })
  })
})
