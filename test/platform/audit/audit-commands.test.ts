import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { generateSigningKey } from '#platform/audit/signing-key.ts'
import { afterwards } from '#test/support/test-database.ts'
import { cutOff, sealAll, sealedLog, tamper, writtenChange } from './written-log.ts'

/** A sealed log, how the commands are run on it, and a checkpoint that `audit:checkpoint` printed, in a file. */
const commands = async () => {
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
  return { world, run, folder, file, number }
}

test('audit:checkpoint prints a checkpoint, and audit:verify tells by its exit code and names the first fault', async () => {
  const { world, run, folder, file, number } = await commands()
  const good = await run('audit-verify', ['--checkpoint', file])
  expect([good.code, good.err]).toEqual([0, ''])
  expect(good.out).toBe(`audit log in order: ${number} rows and 2 checkpoints verified\n`)
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

test('a tail that was cut off with every trace is named by a checkpoint from outside, and not signed over', async () => {
  const { world, run, file, number } = await commands()
  await cutOff(world, number - 3)
  const cut = await run('audit-verify', ['--checkpoint', file])
  expect([cut.code, cut.out]).toEqual([1, expect.stringContaining('checkpoint-cut-off')])
  expect(cut.out).toContain(`number ${number}`)
  expect(await run('audit-checkpoint', [], { AUDIT_CHECKPOINT_FILE: file })).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('was cut off or rewritten'),
  })
  // Without it nothing is left that tells; the verifier says so.
  const alone = await run('audit-verify')
  expect([alone.code, alone.out]).toEqual([0, expect.stringContaining('NOT compared: the log with a checkpoint')])
})

test('audit:verify says what it had nothing to hold against', async () => {
  const { world, run, file, number } = await commands()
  await writtenChange(world)
  await sealAll(world)
  const behind = await run('audit-verify', ['--checkpoint', file], { AUDIT_SIGNING_KEY: '' })
  expect(behind.code).toBe(0)
  expect(behind.out).toContain(`NOT compared: the 1 rows after number ${number}`)
  expect(behind.out).toContain('NOT compared: the keys of the signatures')
})

test('a database without tables is told to be made first, and no relation is named', async () => {
  const { world, run, file } = await commands()
  const empty = new URL(world.ownerUrl)
  empty.pathname = '/postgres'
  const without = { DATABASE_OWNER_URL: empty.href }
  expect(await run('audit-verify', [], without)).toEqual({
    code: 2,
    out: '',
    err: 'the database has no audit log yet: run npm start or npm run migrate first\n',
  })
  // One that a checkpoint knows of was there.
  const gone = await run('audit-verify', ['--checkpoint', file], without)
  expect([gone.code, gone.err.includes('npm start')]).toEqual([2, false])
})
