import { describe, expect, test } from 'vitest'
import { createBoss, startBoss } from '#platform/jobs/create-boss.ts'
import { webhookQueue, webhookQueueSettings } from '#platform/jobs/webhook-jobs.ts'
import { workInSlots } from '#platform/jobs/work-in-slots.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { silentLog, testBoss, until } from './test-boss.ts'

describe("pg-boss on the worker's role", () => {
  test('can keep house: look for dead jobs, count, delete what is old', async () => {
    const { applicationUrl, sql } = await testDatabase()
    const boss = createBoss({ databaseUrl: applicationUrl, log: silentLog })
    const errors: unknown[] = []
    boss.on('error', (error) => errors.push(error))
    await startBoss(boss)
    afterwards(() => boss.stop({ graceful: false }))
    await boss.insert(webhookQueue, [{ data: { name: 'old' } }, { data: { name: 'dead' } }, { data: { name: 'new' } }])
    const [old, dead] = await boss.fetch(webhookQueue, { batchSize: 2 })
    if (!old || !dead) throw new Error('no jobs')
    await boss.complete(webhookQueue, old)
    await sql(`update pgboss.job set completed_on = completed_on - interval '2 hours' where id = $1`, [old.id])
    await sql(`update pgboss.job set heartbeat_on = heartbeat_on - interval '1 minute' where id = $1`, [dead.id])
    // A queue that nobody has looked after yet is due at once.
    await sql('update pgboss.queue set monitor_claim_on = null, monitor_on = null, maintain_on = null')
    await boss.supervise()
    const jobs = await sql('select id, state::text, start_after - now() as wait from pgboss.job order by created_on')
    expect(jobs.map((job) => job['id'])).not.toContain(old.id)
    expect(jobs.find((job) => job['id'] === dead.id)?.['state']).toBe('retry')
    expect(jobs).toHaveLength(2)
    expect(errors).toEqual([])
  })

  test('brings the settings of a queue that is there already up to date', async () => {
    const { applicationUrl, sql } = await testDatabase()
    await testBoss(applicationUrl)
    await sql('update pgboss.queue set heartbeat_seconds = 900, retry_limit = 1 where name = $1', [webhookQueue])
    const boss = await testBoss(applicationUrl)
    expect(await boss.getQueue(webhookQueue)).toMatchObject({
      heartbeatSeconds: webhookQueueSettings.heartbeatSeconds,
      retryLimit: webhookQueueSettings.retryLimit,
    })
  })

  test('cannot change the shape of the database', async () => {
    const { applicationUrl } = await testDatabase()
    const boss = await testBoss(applicationUrl)
    await expect(boss.createQueue('another', { partition: true })).rejects.toThrow(/permission denied/)
  })
})

describe('work in slots', () => {
  test('goes on without a pause while there are jobs, so many at a time and per group', async () => {
    const { applicationUrl } = await testDatabase()
    const boss = await testBoss(applicationUrl)
    let running = 0
    let most = 0
    const inGroup = new Map<string, number>()
    let mostInGroup = 0
    const done: number[] = []
    const work = await workInSlots<{ n: number; group: string }>(
      boss,
      webhookQueue,
      { slots: 4, perGroup: 2 },
      async ({ n, group }) => {
        running += 1
        inGroup.set(group, (inGroup.get(group) ?? 0) + 1)
        most = Math.max(most, running)
        mostInGroup = Math.max(mostInGroup, inGroup.get(group) ?? 0)
        await new Promise((next) => setTimeout(next, 5))
        running -= 1
        inGroup.set(group, (inGroup.get(group) ?? 0) - 1)
        done.push(n)
      },
    )
    const groups = ['a', 'b', 'c']
    const jobs = Array.from({ length: 120 }, (_, n) => {
      const group = groups[n % 3] ?? ''
      return { data: { n, group }, group: { id: group } }
    })
    await boss.insert(webhookQueue, jobs)
    work.wake()
    await until(() => done.length === 120)
    expect(new Set(done).size).toBe(120)
    expect(most).toBeLessThanOrEqual(4)
    expect(mostInGroup).toBeLessThanOrEqual(2)
    await work.stop()
    await boss.insert(webhookQueue, [{ data: { n: 999, group: 'a' } }])
    work.wake()
    expect(done).not.toContain(999)
  })
})
