import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { headerText } from '#platform/audit/lookups.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const { port } = await portal.listen()
const token = await issueToken({ clientId: 'auditor-koebenhavn' })

/** Asks with exactly these bytes as the purpose, as a caller's library puts them on the wire. @returns status and body */
const asking = async (purpose: Buffer): Promise<[status: number, body: string]> => {
  const socket = connect({ port, host: '127.0.0.1' })
  const head = `GET /v1/orders HTTP/1.1\r\nhost: portal.test\r\nauthorization: Bearer ${token}\r\nconnection: close\r\nx-purpose: `
  socket.write(Buffer.concat([Buffer.from(head), purpose, Buffer.from('\r\n\r\n')]))
  const pieces: Buffer[] = []
  for await (const piece of socket) pieces.push(piece as Buffer)
  const answer = Buffer.concat(pieces).toString()
  return [Number(answer.split(' ')[1]), answer]
}
const kept = async (): Promise<string | undefined> =>
  (await portal.sql<{ purpose: string }>('select purpose from lookups order by position desc limit 1'))[0]?.purpose

describe('a purpose is kept as it was meant', () => {
  const stated = 'Stikprøve på Østerbro, æ og å'

  test.each(['utf8', 'latin1'] as const)('sent as %s', async (encoding) => {
    const purpose = `${stated} (${encoding})`
    expect((await asking(Buffer.from(purpose, encoding)))[0]).toBe(200)
    expect(await kept()).toBe(purpose)
  })

  test('beyond ISO 8859-1, as UTF-8', async () => {
    expect((await asking(Buffer.from('Łódź – 調査')))[0]).toBe(200)
    expect(await kept()).toBe('Łódź – 調査')
  })

  test('text that came from no header is whole already', () => {
    expect([headerText('Łódź'), headerText('på'), headerText('')]).toEqual(['Łódź', 'på', ''])
  })
})

describe('a purpose that cannot be kept', () => {
  test.each([
    ['wrong-format', Buffer.from('a\u0085b')],
    ['wrong-format', Buffer.from('a\u2028b')],
    ['wrong-format', Buffer.from('a\u202eb')],
    // What is no UTF-8 is ISO 8859-1, where 0x96 is a control; Windows means a dash.
    ['wrong-format', Buffer.from('a \u0096 b', 'latin1')],
    ['too-long', Buffer.from('ø'.repeat(501))],
    ['citizen-number-in-text', Buffer.from('Om borger 010190\u20131234')],
  ])('is refused as %s', async (code, purpose) => {
    const before = await kept()
    const [status, answer] = await asking(purpose)
    expect([status, answer.includes(`"pointer":"X-Purpose","code":"${code}"`)]).toEqual([400, true])
    expect(await kept()).toBe(before)
  })

  test('five hundred letters are no more in UTF-8', async () => {
    expect((await asking(Buffer.from('ø'.repeat(500))))[0]).toBe(200)
  })

  test('none at all', async () => {
    const [status, answer] = await asking(Buffer.from('  '))
    expect([status, answer.includes('"code":"purpose-required"')]).toEqual([400, true])
  })
})
