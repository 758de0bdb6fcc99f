import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { generateSigningKey } from '#platform/audit/signing-key.ts'
import { afterwards } from '#test/support/test-database.ts'
import { sealedLog, tamper } from './written-log.ts'

test('audit:checkpoint prints a checkpoint, and audit:verify tells by its exit code and names the first fault', async () => {
  const world = await sealedLog()
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  afterwards(async () => rmSync(folder, { recursive: true, force: true }))
  const environment = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: world.applicationUrl,
    DATABASE_OWNER_URL: world.ownerUrl,
    AUDIT_SIGNING_KEY: generateSigningKey(),
  }
  const run = (command: string, args: string[] = [], more: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        [`src/${command}.ts`, ...args],
        { env: { ...environment, ...more } },
        (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
      )
    })
  const printed = await run('audit-checkpoint')
  expect([printed.code, printed.err]).toEqual([0, ''])
  const file = join(folder, 'checkpoint.json')
  writeFileSync(file, printed.out)
  const { number } = JSON.parse(printed.out) as { number: number }
  const good = await run('audit-verify', ['--checkpoint', file])
  expect([good.code, good.err]).toEqual([0, ''])
  expect(good.out).toContain(`${number} rows and 2 checkpoints`)
  const [row] = await world.sql<{ id: string; number: string }>(
    `select row_id as id, number from audit_chain where source = 'change' order by number limit 1`,
  )
  await tamper(world, `update change_log set action = 'x' where id = '${row?.id}'`)
  const bad = await run('audit-verify', ['--checkpoint', file])
  expect(bad.code).toBe(1)
  expect(bad.out).toContain(`change_log, number ${row?.number}, id ${row?.id}`)
  expect(bad.out).toContain('hash-differs')
  expect(await run('audit-verify', [], { DATABASE_OWNER_URL: world.applicationUrl })).toMatchObject({ code: 2 })
  expect(await run('audit-verify', ['--checkpoint', join(folder, 'none')])).toMatchObject({ code: 2 })
})
