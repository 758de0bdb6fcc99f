import { describe, expect, test } from 'vitest'
import { addressGuard } from '#platform/webhooks/address-guard.ts'
import { urlFault } from '#platform/webhooks/webhook-url.ts'

const notPublic = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  'fe80::1',
  'fe80::1%lo',
  'fec0::1',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::1',
  '2001:0:7f00:1::1',
  '2001:db8::1',
  '100::1',
  '1::1',
  'localhost',
  '',
  '127.1',
]

describe('where a webhook may connect to', () => {
  const guard = addressGuard([])
  test.each(notPublic)('not to %j', (address) => {
    expect(guard(address, 'https:')).toBe(false)
    expect(guard(address, 'http:')).toBe(false)
  })
  test.each(['8.8.8.8', '193.163.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    'to %s, over HTTPS alone',
    (address) => {
      expect(guard(address, 'https:')).toBe(true)
      expect(guard(address, 'http:')).toBe(false)
    },
  )
  test('to allowed networks over either protocol, and to no more of them than was allowed', () => {
    const allowing = addressGuard(['127.0.0.0/8', '10.1.0.0/16', 'fd00:1::/32'])
    for (const protocol of ['http:', 'https:']) {
      for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fd00:1::5']) {
        expect(allowing(address, protocol)).toBe(true)
      }
      for (const address of ['::1', '10.2.0.1', 'fd00:2::1', '169.254.169.254']) {
        expect(allowing(address, protocol)).toBe(false)
      }
    }
  })
})

describe('what speaks against a URL', () => {
  const names: Record<string, string[]> = {
    'public.example': ['8.8.8.8'],
    'inside.example': ['10.0.0.1', 'fd00::1'],
    'both.example': ['10.0.0.1', '8.8.8.8'],
    localhost: ['127.0.0.1', '::1'],
  }
  const resolve = async (host: string) => names[host] ?? []
  test.each([
    ['https://public.example/hooks?x=1', null],
    ['https://both.example/', null],
    ['https://nowhere.example/', null],
    ['https://8.8.8.8/', null],
    ['https://[2606:4700:4700::1111]:8443/', null],
    ['http://public.example/', 'scheme'],
    ['http://nowhere.example/', 'scheme'],
    ['http://localhost/', 'scheme'],
    ['ftp://public.example/', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['https://user@public.example/', 'credentials'],
    ['https://:secret@public.example/', 'credentials'],
    ['https://public.example/#x', 'fragment'],
    ['https://public.example/#', 'fragment'],
    ['https://inside.example/', 'address'],
    ['https://localhost/', 'address'],
    ['https://127.0.0.1/', 'address'],
    ['https://2130706433/', 'address'],
    ['https://0x7f.1/', 'address'],
    ['https://[::1]/', 'address'],
    ['https://[::ffff:127.0.0.1]/', 'address'],
    ['https://169.254.169.254/latest/meta-data', 'address'],
    ['/hooks', 'not-a-url'],
    ['public.example', 'not-a-url'],
    ['https://', 'not-a-url'],
  ])('%s: %s', async (url, fault) => {
    expect(await urlFault(url, addressGuard([]), resolve)).toBe(fault)
  })

  test('plain HTTP and private addresses pass inside the allowed networks', async () => {
    const allowing = addressGuard(['127.0.0.0/8'])
    for (const url of [
      'http://127.0.0.1:8080/',
      'https://127.0.0.1/',
      'http://localhost:8080/',
      'http://2130706433/',
    ]) {
      expect(await urlFault(url, allowing, resolve)).toBe(null)
    }
    expect(await urlFault('http://[::1]/', allowing, resolve)).toBe('scheme')
    expect(await urlFault('http://public.example/', allowing, resolve)).toBe('scheme')
  })
})
