import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { addressGuard } from '#platform/webhooks/address-guard.ts'
import { createNameService, lookupOf } from '#platform/webhooks/name-service.ts'
import { createOutbound } from '#platform/webhooks/outbound.ts'
import { urlFault } from '#platform/webhooks/webhook-url.ts'
import { afterwards } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'
import { startNameServer, type Told } from './name-server.ts'
import { startReceiver } from './receiver.ts'

const hostsFile = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'udbudsportal-hosts-'))
  afterwards(async () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'hosts')
  writeFileSync(path, text)
  return path
}

/** A name server, and a way out that asks it. */
const world = async (tell: (name: string, kind: 'A' | 'AAAA') => Told | Promise<Told>, keepMs = 0) => {
  const { server, asked } = await startNameServer(tell)
  const names = createNameService({ plainNames: false, servers: [server], hostsFile: hostsFile('') })
  const outbound = createOutbound({ allow: ['127.0.0.0/8'], lookup: lookupOf(names), limits: { keepMs } })
  afterwards(() => outbound.close())
  const receiver = await startReceiver()
  const post = (host: string) => outbound.post(`http://${host}:${receiver.port}/`, {}, '{}')
  return { asked, names, outbound, post, receiver }
}

const here = (kind: 'A' | 'AAAA'): Told => (kind === 'A' ? ['127.0.0.1'] : [])

describe('names of the way out', () => {
  test('that nobody answers for delay no post to another name', async () => {
    const { asked, post, receiver } = await world((name, kind) => (name.startsWith('silent') ? 'silence' : here(kind)))
    let given = 0
    const silent = Array.from({ length: 32 }, async (_, n) => {
      const result = await post(`silent${n % 16}.example`)
      given += 1
      return result
    })
    // All sixteen wait: more than libuv has threads.
    await until(() => new Set(asked.filter((question) => question.startsWith('A silent'))).size === 16)
    for (let n = 0; n < 6; n++) expect(await post(`fast${n}.example`)).toMatchObject({ status: 204 })
    expect([receiver.received.length, given]).toEqual([6, 0])
    for (const result of await Promise.all(silent)) expect(result).toMatchObject({ fault: 'name-not-found' })
  })

  test('are asked for once by posts at the same time, and anew by the next', async () => {
    const gate = Promise.withResolvers<void>()
    const { asked, post, receiver } = await world(async (_name, kind) => {
      await gate.promise
      return here(kind)
    })
    const posts = Array.from({ length: 8 }, () => post('Busy.example.'))
    await until(() => asked.length === 2)
    gate.resolve()
    await Promise.all(posts)
    expect(receiver.received).toHaveLength(8)
    expect(asked.toSorted()).toEqual(['A busy.example', 'AAAA busy.example'])
    await post('busy.example')
    expect(asked).toHaveLength(4)
  })

  test('that there are not are not asked for again by the next post', async () => {
    const { asked, post } = await world(() => 'no-such-name')
    for (let n = 0; n < 5; n++) expect(await post('nowhere.example')).toMatchObject({ fault: 'name-not-found' })
    expect(asked).toHaveLength(2)
  })

  test('with one family whose question is lost are reached over the other', async () => {
    const { names } = await world((_name, kind) => (kind === 'A' ? ['127.0.0.1'] : 'silence'))
    expect(await names.addresses('half.example')).toEqual([{ address: '127.0.0.1', family: 4 }])
  })

  test('are judged by all of their addresses, of both families', async () => {
    const { post, receiver } = await world((name, kind) => {
      if (name === 'families.example') return kind === 'A' ? ['10.0.0.1'] : ['::1']
      return kind === 'A' ? ['127.0.0.1', '10.0.0.1'] : []
    })
    for (const name of ['mixed.example', 'families.example']) {
      expect(await post(name)).toMatchObject({ fault: 'address-not-allowed' })
    }
    expect(receiver.received).toEqual([])
  })
})

describe('without a name server', () => {
  const services = async (text: string) => {
    const { server, asked } = await startNameServer(() => 'no-such-name')
    return { asked, names: createNameService({ plainNames: false, servers: [server], hostsFile: hostsFile(text) }) }
  }

  test('the hosts file is heard first', async () => {
    const { asked, names } = await services(
      '# 10.0.0.9 no.example\n10.0.0.1 Receiver one.example # two\nfd00::1 one.example\n',
    )
    expect(await names.addresses('receiver')).toEqual([{ address: '10.0.0.1', family: 4 }])
    expect(await names.addresses('ONE.example.')).toEqual([
      { address: '10.0.0.1', family: 4 },
      { address: 'fd00::1', family: 6 },
    ])
    expect(asked).toEqual([])
    await expect(names.addresses('no.example')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })

  test('localhost is this machine, and other names without a dot are not asked for', async () => {
    const { asked, names } = await services('')
    for (const name of ['localhost', 'LOCALHOST.', 'app.localhost']) {
      expect((await names.addresses(name)).map(({ address }) => address)).toEqual(['127.0.0.1', '::1'])
    }
    await expect(names.addresses('receiver')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(asked).toEqual([])
  })
})

test('when a URL is registered, a name that is not found in time is told apart', async () => {
  const { outbound } = await world(() => 'silence')
  const guard = addressGuard(['127.0.0.0/8'])
  expect(await urlFault('http://silent.example/', guard, outbound.resolve)).toBe('name-not-found')
  expect(await urlFault('https://silent.example/', guard, outbound.resolve)).toBe(null)
  // Where no network is allowed plain HTTP is refused whatever the name leads to.
  expect(await urlFault('http://silent.example/', addressGuard([]), outbound.resolve)).toBe('scheme')
})
