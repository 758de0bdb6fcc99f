import { beforeAll, describe, expect, test } from 'vitest'
import { complianceSummary } from '#features/compliance/lookups.ts'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { localDate } from '#kernel/local-date.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { cursorAfter } from '#platform/http/lists.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { randomWorld } from './random-world.ts'

let portal: TestPortal
const period = 'from=2025-11-20&to=2026-04-17'
const bySix = 'groupBy=supplier,jobcenter,frameworkAgreement,targetGroup,residenceMunicipality,month'
const get = (query: string, client = 'auditor-koebenhavn', accept = 'application/json') =>
  portal.as(client).get(`/v1/compliance/summary?${period}&${query}`, { headers: { accept } })

/** The groups of all pages, one after the other, each with the same totals. */
const paged = async (query: string, client?: string) => {
  const groups: unknown[] = []
  const totals: unknown[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body, headers } = await get(`${query}${cursor && `&cursor=${cursor}`}`, client)
    expect(status).toBe(200)
    expect(headers['link'] === undefined).toBe(body.next === null)
    if (body.next !== null) expect(headers['link']).toContain(`cursor=${body.next}`)
    groups.push(...body.groups)
    totals.push(body.totals)
    cursor = body.next
  }
  return { groups, totals }
}

beforeAll(async () => {
  portal = await testPortal()
  await randomWorld(portal, 0.42)
  await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })
})

describe('pages of groups', () => {
  test.each([
    [bySix, 'auditor-koebenhavn', 97],
    [bySix, 'auditor-dragoer', 41],
    ['groupBy=month,supplier', 'auditor-koebenhavn', 1],
    // Refused attempts about no known order have no such member, and come last.
    ['groupBy=targetGroup,jobcenter', 'auditor-koebenhavn', 1],
    ['groupBy=frameworkAgreement', 'administrator', 2],
  ] as const)('%s of %s, %i at a time, none skipped and none twice', async (query, client, limit) => {
    const { body: whole } = await get(`${query}&limit=2000`, client)
    expect(whole.next).toBeNull()
    expect(whole.groups.length).toBeGreaterThan(limit)
    const { groups, totals } = await paged(`${query}&limit=${limit}`, client)
    expect(groups).toEqual(whole.groups)
    for (const one of totals) expect(one).toEqual(whole.totals)
  })

  // Of few groups all are read and ordered in the program, of many the page's alone in the database: the same in both.
  test.each([
    ['supplier', 'jobcenter', 'frameworkAgreement', 'targetGroup', 'residenceMunicipality', 'month'],
    ['month', 'targetGroup', 'supplier'],
    ['targetGroup', 'supplier'],
  ] as const)('by %s and others, many groups are told as few are', async (...groupBy) => {
    const told = (page: { after: Record<string, string | null> | null; limit: number }, few?: number) =>
      inTransaction(portal.database, demo.organisations.auditorKoebenhavn.id, (trx) =>
        complianceSummary(
          trx,
          { municipalities: 'everyone' },
          { from: localDate('2025-11-20'), to: localDate('2026-04-17'), now: portal.clock.now(), groupBy, page },
          few,
        ),
      )
    const whole = await told({ after: null, limit: 5000 })
    const limit = Math.ceil(whole.groups.length / 7)
    expect(limit).toBeGreaterThan(1)
    const groups: unknown[] = []
    for (let after: Record<string, string | null> | null | undefined; after !== null; ) {
      const page = await told({ after: after ?? null, limit }, 0)
      expect(page.totals).toEqual(whole.totals)
      groups.push(...page.groups)
      after = page.last
    }
    expect(groups).toEqual(whole.groups)
  })

  test('groups without a member are among them, after those that have it', async () => {
    const { body } = await get('groupBy=targetGroup&limit=2000')
    expect(body.groups.at(-1).targetGroup).toBeNull()
    expect(body.groups.filter(({ targetGroup }: { targetGroup: string | null }) => targetGroup === null)).toHaveLength(
      1,
    )
  })

  test('a file has every group, whatever the page', async () => {
    const { body } = await get('groupBy=supplier,month&limit=2000')
    const { text } = await get('groupBy=supplier,month&limit=1', undefined, 'text/csv')
    // Below the headings, and above the sum of all.
    expect(text.trimEnd().split('\r\n\r\n')[0]?.split('\r\n')).toHaveLength(body.groups.length + 2)
  })

  test('cursors that are none, or of other groups, are told', async () => {
    const { body } = await get('groupBy=supplier&limit=1')
    for (const [query, cursor] of [
      ['groupBy=supplier', 'x'],
      ['groupBy=supplier', cursorAfter('no JSON')],
      ['groupBy=supplier', cursorAfter('{"supplier":1}')],
      ['groupBy=supplier', cursorAfter('["no id"]')],
      ['groupBy=month', cursorAfter('["2026-13-01"]')],
      ['groupBy=supplier,month', body.next],
    ]) {
      const answer = await get(`${query}&cursor=${cursor}`)
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid-cursor'])
    }
  })
})
