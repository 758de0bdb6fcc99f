import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkpointMemory } from '#platform/audit/checkpoint-memory.ts'
import { type Checkpoint, parseCheckpoint, signCheckpoint } from '#platform/audit/checkpoints.ts'
import { runSealer } from '#platform/audit/sealer.ts'
import { generateSigningKey, parseSigningKey } from '#platform/audit/signing-key.ts'
import { systemClock } from '#platform/clock.ts'
import { createLog } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { workerMetrics } from '#src/worker-metrics.ts'
import { afterwards, type TestDatabase } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'
import { cutOff, lastOf, sealAll, sealedLog, tamper, verified, writtenChange } from './written-log.ts'

const key = await parseSigningKey(generateSigningKey())
const at = '2026-03-13T10:00:00.000Z'

const checkpointFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  afterwards(async () => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'checkpoint.json')
}

/** Makes the chain anew from the first row, one of which says something else now. */
const rewritten = (world: TestDatabase): Promise<void> =>
  tamper(
    world,
    `update change_log set action = 'x'; delete from audit_chain; delete from audit_citizens; delete from audit_checkpoints;
     update audit_tail set last = 0, hash = decode(repeat('00', 32), 'hex');
     update audit_sealing set high = 0, fresh = '{}', fading = '{}'; select portal_seal_audit(1000, 1)`,
  )

/** A sealer whose checkpoints are due whenever `later` was called. */
const sealing = (world: TestDatabase, file: string | null) => {
  const lines: string[] = []
  const refusals: boolean[] = []
  const stop = new AbortController()
  let now = 0
  const running = runSealer({
    database: world.workerDatabase,
    log: createLog('info', 'test', { write: (line) => void lines.push(line) }),
    signal: stop.signal,
    key,
    memory: checkpointMemory(world.workerDatabase, key, file),
    now: () => at,
    monotonicMs: () => now,
    refused: (was) => void refusals.push(was),
  })
  afterwards(async () => {
    stop.abort()
    await running
  })
  const saying = (text: string) => lines.filter((line) => line.includes(text))
  return {
    signed: () =>
      saying('"audit checkpoint"').map((line) => (JSON.parse(line) as { checkpoint: Checkpoint }).checkpoint),
    refused: () => saying('no checkpoint of the audit log is signed'),
    refusals,
    later: () => {
      now += 60_000
    },
    stop: async () => {
      stop.abort()
      await running
    },
  }
}

describe('the sealer remembers what it signed', () => {
  test.each([
    ['was cut off and has gone on', (world: TestDatabase) => cutOff(world, 10)],
    ['was rewritten from its first row', rewritten],
  ])('and signs no chain that %s, says so each minute and in a metric, and goes on sealing', async (_name, bend) => {
    const world = await sealedLog()
    const sealer = sealing(world, null)
    await until(() => sealer.signed().length === 1)
    await bend(world)
    for (let n = 0; n < 20; n++) await writtenChange(world)
    expect(await verified(world)).toMatchObject({ fault: null })
    sealer.later()
    await until(() => sealer.refused().length === 1)
    sealer.later()
    await until(() => sealer.refused().length === 2)
    expect(sealer.refused()[0]).toContain('was cut off or rewritten')
    expect(sealer.refused()[0]).toContain('"level":60')
    expect(sealer.refusals).toEqual([false, true, true])
    expect(sealer.signed()).toHaveLength(1)
    await until(async () => (await lastOf(world)) > 20)
    expect(await world.sql('select from audit_checkpoints')).toHaveLength(0)
  })

  test("shows in the worker's metrics until a checkpoint is signed again", async () => {
    const world = await sealedLog()
    const registry = createMetrics()
    const metrics = workerMetrics(registry, world.workerDatabase, systemClock)
    for (const [was, figure] of [
      [true, 1],
      [false, 0],
    ] as const) {
      metrics.refused(was)
      expect(await registry.metrics()).toContain(`\naudit_signing_refused ${figure}\n`)
    }
  })

  test('goes on signing a chain that goes on', async () => {
    const world = await sealedLog()
    const sealer = sealing(world, null)
    for (const signed of [1, 2, 3]) {
      await until(() => sealer.signed().length === signed)
      await writtenChange(world)
      await sealAll(world)
      sealer.later()
    }
    expect(sealer.refusals).not.toContain(true)
  })

  test('after its end too: by the stored checkpoint, and by its file where that was taken away', async () => {
    const world = await sealedLog()
    const file = checkpointFile()
    const first = sealing(world, file)
    await until(() => first.signed().length === 1)
    await first.stop()
    const kept = parseCheckpoint(readFileSync(file, 'utf8'))
    expect(kept).toEqual(first.signed()[0])
    await tamper(world, `update audit_chain set hash = sha256('another') where number = ${kept.number}`)
    const byStored = sealing(world, null)
    await until(() => byStored.refused().length === 1)
    await byStored.stop()
    await cutOff(world, 10)
    const byFile = sealing(world, file)
    await until(() => byFile.refused().length === 1)
    await byFile.stop()
    expect(byFile.signed()).toEqual([])
    // Nothing in the database tells any more.
    const forgetful = sealing(world, null)
    await until(() => forgetful.signed().length === 1)
  })

  test('trusts no file of another key, and no stored checkpoint of another', async () => {
    const world = await sealedLog()
    const forger = await parseSigningKey(generateSigningKey())
    const forged = (await signCheckpoint(world.workerDatabase, forger, at)) as Checkpoint
    expect(await checkpointMemory(world.workerDatabase, key, null).newest()).toBeNull()
    const file = checkpointFile()
    for (const text of [JSON.stringify(forged), 'half a checkp']) {
      writeFileSync(file, text)
      const sealer = sealing(world, file)
      await until(() => sealer.refused().length === 1)
      await sealer.stop()
    }
  })

  test('says so when its file cannot be written', async () => {
    const world = await sealedLog()
    const sealer = sealing(world, join(checkpointFile(), 'within', 'a file'))
    await until(() => sealer.refused().length === 1)
    expect(sealer.refused()[0]).toContain('cannot be written')
  })
})
