import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What a run of the benchmark is asked for. */
export type BenchOptions = {
  /** Length of each measured phase. */
  readonly seconds: number
  readonly citizens: number
  /** Connections of the server's pool, and of the direct run's. */
  readonly poolSize: number
  /** Requests, or transactions of the direct run, at a time. */
  readonly concurrency: number
  readonly json: boolean
  /** Whether the server writes a CPU profile, of which the heaviest functions are shown. */
  readonly profile: boolean
  /** Whether reading protocols is all that is measured. */
  readonly protocols: boolean
  /** Whether events and webhooks are all that is measured. */
  readonly events: boolean
  /** Events of a backlog. */
  readonly backlog: number
  /** Events per second of the steady load. */
  readonly rate: number
  /** Whether compliance on a large history is all that is measured. */
  readonly compliance: boolean
  /** Orders of that history. */
  readonly orders: number
  /** Its suppliers: the demo's, and from the fifth on others like its first. */
  readonly suppliers: number
  /** Where that history is kept: loaded when it is not there yet, else measured again. Undefined: thrown away. */
  readonly keep: string | undefined
  /** Settings of the application's role in the database, such as `plan_cache_mode`, to try out. */
  readonly set: Readonly<Record<string, string>>
}

const whole = (name: string, text: string, most: number): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`--${name} is a number from 1 to ${most}`)
  return value
}

const setting = (text: string): [string, string] => {
  const [, name, value] = /^([a-z_]+)=([\w.-]+)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw new Error('--set is name=value')
  return [name, value]
}

/** Reads the command line. @throws Error that says what is wrong */
export const readOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '10' },
      citizens: { type: 'string', default: '100000' },
      pool: { type: 'string', default: '16' },
      concurrency: { type: 'string', default: '32' },
      json: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      protocols: { type: 'boolean', default: false },
      events: { type: 'boolean', default: false },
      backlog: { type: 'string', default: '2000' },
      rate: { type: 'string', default: '10' },
      compliance: { type: 'boolean', default: false },
      orders: { type: 'string', default: '1000000' },
      suppliers: { type: 'string', default: '4' },
      keep: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
    },
  })
  return {
    seconds: whole('seconds', values.seconds, 600),
    citizens: whole('citizens', values.citizens, 1_000_000),
    poolSize: whole('pool', values.pool, 100),
    concurrency: whole('concurrency', values.concurrency, 500),
    json: values.json,
    profile: values.profile,
    protocols: values.protocols,
    events: values.events,
    backlog: whole('backlog', values.backlog, 100_000),
    rate: whole('rate', values.rate, 1000),
    compliance: values.compliance,
    orders: whole('orders', values.orders, 10_000_000),
    suppliers: Math.max(4, whole('suppliers', values.suppliers, 1000)),
    keep: values.keep === undefined ? undefined : resolve(values.keep),
    set: Object.fromEntries(values.set.map(setting)),
  }
}
