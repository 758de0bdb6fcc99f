import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

type HostsAddress = { readonly address: string; readonly family: 4 | 6 }

/** Ours: how long what was read is used, in milliseconds. */
const memoryMs = 5000

const familyOf = (address: string): 4 | 6 => (isIP(address) === 6 ? 6 : 4)

/** What `localhost` means where the hosts file does not say (RFC 6761). */
const loopback: readonly HostsAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

const parsed = (text: string): ReadonlyMap<string, readonly HostsAddress[]> => {
  const names = new Map<string, HostsAddress[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...of] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (isIP(address) === 0) continue
    for (const name of of) {
      const known = names.get(name.toLowerCase()) ?? []
      known.push({ address, family: familyOf(address) })
      names.set(name.toLowerCase(), known)
    }
  }
  return names
}

/**
 * Reads which addresses the hosts file gives to a name (small letters, no dot at its end), anew every few seconds.
 * `localhost` and the names below it are this machine also without it.
 * @returns none for names that it does not have, or when it cannot be read
 */
export const readHosts = (file = '/etc/hosts'): ((name: string) => Promise<readonly HostsAddress[]>) => {
  let read: { names: Promise<ReadonlyMap<string, readonly HostsAddress[]>>; until: number } | undefined
  return async (name) => {
    if (!read || read.until < performance.now()) {
      const names = readFile(file, 'utf8').then(parsed, () => parsed(''))
      read = { names, until: performance.now() + memoryMs }
    }
    const found = (await read.names).get(name)
    return found ?? (name === 'localhost' || name.endsWith('.localhost') ? loopback : [])
  }
}
