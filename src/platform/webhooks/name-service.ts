import { Resolver, lookup as systemLookup } from 'node:dns/promises'
import type { Lookup } from './guarded-connector.ts'
import { readHosts } from './hosts-file.ts'

/** An address of a name. */
export type NamedAddress = { readonly address: string; readonly family: 4 | 6 }

/** Finds the addresses of names. */
export type NameService = {
  /** @throws Error with the code ENOTFOUND for a name without addresses, EAI_AGAIN when nobody told in time */
  addresses(host: string): Promise<readonly NamedAddress[]>
}

/** Ours: what a name may take, so that most of a connection's time is left; a question is asked again after a second. */
const wholeMs = 3000
const tryMs = 1000
/** Ours: when one family is known, what the other may still take. */
const otherFamilyMs = 500
/** Ours: how long a failure is remembered, so that a name that nobody serves is not asked for by each post. */
const failureMs = 3000
const mostFailures = 1000
/** Ours: of libuv's four threads, those that names without a dot may hold. */
const mostThreads = 2

const failure = (code: 'ENOTFOUND' | 'EAI_AGAIN'): Error => Object.assign(new Error('no address'), { code })

const isAbsence = (error: unknown): boolean =>
  /^(ENOTFOUND|ENODATA|EBADNAME)$/.test(String((error as { code?: unknown }).code))

/** Asks the name servers for both families, over sockets of its own that are closed when it ends. */
const ask = async (host: string, servers: readonly string[] | undefined): Promise<readonly NamedAddress[]> => {
  const resolver = new Resolver({ timeout: tryMs, tries: 2 })
  if (servers) resolver.setServers(servers)
  let deadline = setTimeout(() => resolver.cancel(), wholeMs)
  const shorten = <T extends readonly string[]>(found: T): T => {
    clearTimeout(deadline)
    deadline = setTimeout(() => resolver.cancel(), otherFamilyMs)
    return found
  }
  const [v4, v6] = await Promise.allSettled([
    resolver.resolve4(host).then(shorten),
    resolver.resolve6(host).then(shorten),
  ])
  clearTimeout(deadline)
  const of = (family: 4 | 6, result: PromiseSettledResult<readonly string[]>): NamedAddress[] =>
    result.status === 'fulfilled' ? result.value.map((address) => ({ address, family })) : []
  const found = [...of(4, v4), ...of(6, v6)]
  if (found.length > 0) return found
  const absent = [v4, v6].every((result) => result.status === 'fulfilled' || isAbsence(result.reason))
  throw failure(absent ? 'ENOTFOUND' : 'EAI_AGAIN')
}

/** The system's look-up, which takes a thread for as long as the name server pleases: few at a time, the others fail. */
const onThreads = () => {
  let busy = 0
  return async (host: string): Promise<readonly NamedAddress[]> => {
    if (busy >= mostThreads) throw failure('EAI_AGAIN')
    busy += 1
    const ended = systemLookup(host, { all: true }).finally(() => {
      busy -= 1
    })
    let late: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_found, failed) => {
      late = setTimeout(() => failed(failure('EAI_AGAIN')), wholeMs)
    })
    try {
      const found = await Promise.race([ended, tooLate])
      return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
    } finally {
      clearTimeout(late)
    }
  }
}

/**
 * The name service of the way out. Names are asked for over sockets, never on libuv's threads, so that name servers that
 * do not answer hold up nothing but the posts to their names. The hosts file and `localhost` come first; a name with a
 * dot is taken as it stands (no search domains). Look-ups of one name that are under way are shared; what they found is
 * not kept, what they did not find for a few seconds.
 * @param given.plainNames whether names without a dot, as containers have, are asked of the system
 * @param given.servers name servers (`127.0.0.1:53`) instead of the system's, for tests
 * @param given.hostsFile instead of the system's, for tests
 */
export const createNameService = (given: {
  plainNames: boolean
  servers?: readonly string[]
  hostsFile?: string
}): NameService => {
  const hosts = readHosts(given.hostsFile)
  const plain = onThreads()
  const underWay = new Map<string, Promise<readonly NamedAddress[]>>()
  const failures = new Map<string, { error: unknown; until: number }>()

  const find = async (host: string): Promise<readonly NamedAddress[]> => {
    const here = await hosts(host)
    if (here.length > 0) return here
    if (host.includes('.')) return ask(host, given.servers)
    if (given.plainNames) return plain(host)
    throw failure('ENOTFOUND')
  }

  const remember = (host: string, error: unknown): void => {
    failures.delete(host)
    failures.set(host, { error, until: performance.now() + failureMs })
    const [oldest] = failures.keys()
    if (failures.size > mostFailures && oldest !== undefined) failures.delete(oldest)
  }

  return {
    addresses: async (text) => {
      const host = text.toLowerCase().replace(/\.$/, '')
      const failed = failures.get(host)
      if (failed && failed.until > performance.now()) throw failed.error
      const shared = underWay.get(host)
      if (shared) return shared
      const finding = find(host).finally(() => underWay.delete(host))
      underWay.set(host, finding)
      try {
        return await finding
      } catch (error) {
        remember(host, error)
        throw error
      }
    },
  }
}

/** The name service in the shape that connections ask in. */
export const lookupOf =
  (names: NameService): Lookup =>
  (host, options, done) => {
    names.addresses(host).then(
      (all) => {
        const asked = all.filter(({ family }) => !options.family || family === options.family)
        done(null, asked)
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    )
  }
