import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { closedFolder } from '#src/dev/embedded/server-files.ts'
import { keepFile, withLock } from '#src/dev/folder-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'folder-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lockModule = new URL('../../src/dev/folder-lock.ts', import.meta.url).href
/** No process has this id: it is above what Linux and macOS give out. */
const deadPid = 99_999_999

test('of several processes that start together one makes the file, and all read the same text', async () => {
  const path = join(folder, 'keys.json')
  const script = `const { keepFile } = await import(${JSON.stringify(lockModule)})
    process.stdout.write(await keepFile(${JSON.stringify(path)}, () => 'made by ' + process.pid))`
  const runs = await Promise.all(
    [1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])),
  )
  expect(new Set(runs.map((run) => run.stdout))).toEqual(new Set([readFileSync(path, 'utf8')]))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(existsSync(`${path}.lock`)).toBe(false)
})

test('a file that is there is never made again', async () => {
  const path = join(folder, 'there.json')
  await keepFile(path, () => 'first')
  expect(await keepFile(path, () => 'second')).toBe('first')
})

test('the lock of a dead process is taken over, by one at a time', async () => {
  const path = join(folder, 'stale.lock')
  writeFileSync(path, String(deadPid))
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await new Promise((done) => setTimeout(done, 5))
    inside -= 1
  }
  await Promise.all([1, 2, 3, 4, 5].map(() => withLock(path, work)))
  expect(most).toBe(1)
})

test('a lock that a living process holds is named when the patience ends', async () => {
  const path = join(folder, 'held.lock')
  writeFileSync(path, String(process.pid))
  await expect(withLock(path, () => undefined, 50)).rejects.toThrow(`process ${process.pid} holds ${path}`)
})

test('names the folder that the database user may not enter', () => {
  const closed = join(folder, 'closed')
  mkdirSync(join(closed, 'open'), { recursive: true, mode: 0o755 })
  const stranger = { uid: 54_321, gid: 54_321 }
  // mkdtemp makes folders for their owner alone.
  expect(closedFolder(join(closed, 'open', 'not-there'), stranger)).toBe(folder)
  expect(closedFolder('/', stranger)).toBeUndefined()
  expect(closedFolder(join(closed, 'open'), undefined)).toBeUndefined()
})
