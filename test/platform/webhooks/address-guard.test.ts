import { describe, expect, test } from 'vitest'
import { addressGuard, isAllowEntry } from '#platform/webhooks/address-guard.ts'

/** IANA's IPv4 and IPv6 special-purpose address registries, each network with its first and last address. */
const special: readonly (readonly [network: string, first: string, last: string])[] = [
  ['RFC 791 this network', '0.0.0.0', '0.255.255.255'],
  ['RFC 1918', '10.0.0.0', '10.255.255.255'],
  ['RFC 6598 shared (CGNAT)', '100.64.0.0', '100.127.255.255'],
  ['RFC 1122 loopback', '127.0.0.0', '127.255.255.255'],
  ['RFC 3927 link-local', '169.254.0.0', '169.254.255.255'],
  ['RFC 1918', '172.16.0.0', '172.31.255.255'],
  ['RFC 6890 protocol assignments', '192.0.0.0', '192.0.0.255'],
  ['RFC 5737 documentation', '192.0.2.0', '192.0.2.255'],
  ['RFC 7535 AS112', '192.31.196.0', '192.31.196.255'],
  ['RFC 7450 AMT', '192.52.193.0', '192.52.193.255'],
  ['RFC 7526 6to4 relays', '192.88.99.0', '192.88.99.255'],
  ['RFC 1918', '192.168.0.0', '192.168.255.255'],
  ['RFC 7534 AS112', '192.175.48.0', '192.175.48.255'],
  ['RFC 2544 benchmarking', '198.18.0.0', '198.19.255.255'],
  ['RFC 5737 documentation', '198.51.100.0', '198.51.100.255'],
  ['RFC 5737 documentation', '203.0.113.0', '203.0.113.255'],
  ['RFC 5771 multicast', '224.0.0.0', '239.255.255.255'],
  ['RFC 1112 reserved', '240.0.0.0', '255.255.255.254'],
  ['RFC 919 broadcast', '255.255.255.255', '255.255.255.255'],
  ['RFC 4291 unspecified', '::', '::'],
  ['RFC 4291 loopback', '::1', '::1'],
  ['RFC 4291 IPv4-compatible', '::2', '::ffff:ffff'],
  ['RFC 2765 translated', '::ffff:0:0:0', '::ffff:0:255.255.255.255'],
  ['RFC 6052 NAT64', '64:ff9b::', '64:ff9b::255.255.255.255'],
  ['RFC 8215 local NAT64', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 6666 discard', '100::', '100::ffff:ffff:ffff:ffff'],
  ['RFC 9780 dummy', '100:0:0:1::', '100::1:ffff:ffff:ffff:ffff'],
  ['RFC 2928 protocol assignments', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 4380 Teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 7723 anycast', '2001:1::1', '2001:1::3'],
  ['RFC 5180 benchmarking', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 7450 AMT', '2001:3::', '2001:3:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 7535 AS112', '2001:4:112::', '2001:4:112:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 4843 ORCHID', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 7343 ORCHIDv2', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 9374 drones', '2001:30::', '2001:3f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 3849 documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 3056 6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 7534 AS112', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 3701 6bone', '3ffe::', '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 9637 documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 9602 segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 4193 unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 4291 link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 3879 site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['RFC 4291 multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
]

describe('out of bounds without an allowed network', () => {
  const guard = addressGuard([])
  test.each(special)('%s: %s to %s', (_network, first, last) => {
    expect(guard(first, 443)).toBe('forbidden')
    expect(guard(last, 443)).toBe('forbidden')
  })

  test.each(special.filter(([, first]) => !first.includes(':')))('%s mapped into IPv6: %s', (_network, first, last) => {
    for (const address of [first, last]) expect(guard(`::ffff:${address}`, 443)).toBe('forbidden')
  })

  test.each([
    ['metadata of the clouds', '169.254.169.254'],
    ['metadata of the clouds', '169.254.170.2'],
    ['metadata of AWS', 'fd00:ec2::254'],
    ['metadata of Google', 'fd20:ce::254'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['metadata of Oracle', '192.0.0.192'],
    ['Azure to its machines', '168.63.129.16'],
    ['mapped, in hexadecimal', '::ffff:7f00:1'],
    ['mapped, written out', '0:0:0:0:0:ffff:7f00:0001'],
    ['mapped, in capitals', '::FFFF:169.254.169.254'],
    ['with a zone', 'fe80::1%lo'],
    ['a public one with a zone', '2606:4700:4700::1111%eth0'],
    ['outside of what IPv6 has given out', '1::1'],
    ['outside of what IPv6 has given out', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
    ['a short form', '127.1'],
    ['a number', '2130706433'],
    ['octal', '010.8.8.8'],
    ['hexadecimal', '0x8.8.8.8'],
    ['in brackets', '[::1]'],
    ['with a blank', ' 8.8.8.8'],
  ])('%s: %j', (_what, address) => expect(guard(address, 443)).toBe('forbidden'))
})

describe('the public internet', () => {
  test.each([
    '8.8.8.8',
    '::ffff:8.8.8.8',
    '193.163.0.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '168.63.129.15',
    '168.63.129.17',
    '2606:4700:4700::1111',
    '2A00:1450::1',
    '2001:200::',
    '2001:db7::1',
    '2001:db9::1',
    '2003::1',
  ])('%s', (address) => expect(addressGuard([])(address, 443)).toBe('public'))
})

describe('allowed networks', () => {
  test('open themselves and no more', () => {
    const guard = addressGuard(['127.0.0.0/8', '10.1.0.0/16', 'fd00:1::/32', '192.168.7.9/32'])
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.0.0', '10.1.255.255', 'fd00:1::5', '192.168.7.9']) {
      expect(guard(address, 443), address).toBe('allowed')
    }
    const outside = [
      '::1',
      '10.0.255.255',
      '10.2.0.0',
      '::ffff:10.2.0.0',
      'fd00:2::1',
      '192.168.7.8',
      '169.254.169.254',
    ]
    for (const address of outside) expect(guard(address, 443), address).toBe('forbidden')
    expect(guard('8.8.8.8', 443)).toBe('public')
  })

  test('in mapped form are the IPv4 networks that they stand for', () => {
    const guard = addressGuard(['::ffff:10.0.0.0/104', '::ffff:c0a8:0/112'])
    for (const address of ['10.9.9.9', '::ffff:10.9.9.9', '192.168.3.4']) expect(guard(address, 443)).toBe('allowed')
    for (const address of ['11.0.0.1', '192.169.0.1', '127.0.0.1']) expect(guard(address, 443)).not.toBe('allowed')
  })

  test('with ports open those alone', () => {
    const guard = addressGuard(['10.1.0.0/16:443+8443', 'fd00:1::/32:22', '::ffff:10.2.0.0/112:9000'])
    for (const [address, open, shut] of [
      ['10.1.2.3', [443, 8443], [22, 80, 44, 4430]],
      ['::ffff:10.1.2.3', [443], [22]],
      ['fd00:1::5', [22], [443]],
      ['10.2.0.1', [9000], [443]],
    ] as const) {
      for (const port of open) expect(guard(address, port), `${address} ${port}`).toBe('allowed')
      for (const port of shut) expect(guard(address, port), `${address} ${port}`).toBe('forbidden')
    }
  })

  test('of IPv6 say nothing about IPv4', () => {
    const guard = addressGuard(['::/0'])
    expect(guard('::1', 443)).toBe('allowed')
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1']) expect(guard(address, 443)).toBe('forbidden')
  })

  test.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0.0/255.0.0.0',
    '10/8',
    '010.0.0.0/8',
    '0xa.0.0.0/8',
    '10.1.2.3/8',
    '10.1.0.0/15',
    '10.0.0.0/0',
    'fd00::/129',
    'fd00::1/64',
    'fe80::%eth0/64',
    '::ffff:10.1.0.0/104',
    'municipality.example/8',
    '10.0.0.0/8:',
    '10.0.0.0/8:0',
    '10.0.0.0/8:443+',
    '10.0.0.0/8:443:8443',
    '10.0.0.0/8:65536',
    '10.0.0.0/8:0443',
    '10.0.0.0:443/8',
    'fd00::1:8443',
    '',
  ])('%j is a fault and opens nothing', (text) => {
    expect(isAllowEntry(text)).toBe(false)
    expect(() => addressGuard([text])).toThrow()
  })
})
