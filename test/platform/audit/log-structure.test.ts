import pg from 'pg'
import { expect, test } from 'vitest'
import { logStructure } from '#platform/audit/log-structure.queries.ts'
import { settledSession } from '#platform/audit/log-tables.queries.ts'
import { testDatabase } from '#test/support/test-database.ts'

const head = `/**
 * The log's tables and functions as the migrations leave them, which \`audit:verify\` holds the catalogue against. Written by
 * \`npx vitest run test/platform/audit/log-structure.test.ts -u\` after a migration was changed; what changed is to be read.
 */
export const expectedLogStructure = \`
`

test('what the verifier expects is what the migrations make', async () => {
  const world = await testDatabase()
  const client = new pg.Client({ connectionString: world.ownerUrl })
  await client.connect()
  try {
    await client.query('begin')
    await settledSession(client)
    const lines = [...(await logStructure(client))].map(([key, is]) => `${key} | ${is}\n`).join('')
    expect(lines).not.toMatch(/[`\\]|\$\{/)
    await expect(`${head}${lines}\`\n`).toMatchFileSnapshot('../../../src/platform/audit/log-structure.ts')
  } finally {
    await client.end()
  }
})
