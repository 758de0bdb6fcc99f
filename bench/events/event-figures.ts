/** Milliseconds from an event's commit to its arrival, over all receivers. */
export type Delays = { readonly deliveries: number; readonly p50: number; readonly p99: number }

/** What working a backlog off came to. `seconds` from when the events could be numbered to the last delivery. */
export type WorkedOff = {
  readonly events: number
  readonly seconds: number
  readonly eventsPerSecond: number
  readonly deliveriesPerSecond: number
  readonly sequencedPerSecond: number
  readonly duplicates: number
  readonly outOfOrder: number
  /** CPU milliseconds for each delivery; null where the system does not tell. */
  readonly cpuMillisecondsEach: {
    readonly workers: number
    readonly database: number
    readonly receivers: number
  } | null
}

/** The figures with so many workers. */
export type WorkerFigures = {
  readonly workers: number
  readonly backlog: WorkedOff
  readonly steady: Delays
  /** Of events written at the steady rate for as long as the backlog took alone. */
  readonly behindBacklog: Delays
  readonly ofOneOrder: WorkedOff
}

/** The figures of events and webhooks. */
export type EventFigures = {
  /** What one process posts to the same receivers without a database, a signature or a guard. */
  readonly barePostsPerSecond: number
  /** Events per second of the steady load. */
  readonly rate: number
  readonly byWorkers: readonly WorkerFigures[]
}

const workedOff = (name: string, figures: WorkedOff, bare: number): string[] => {
  const { cpuMillisecondsEach: cpu, duplicates, outOfOrder } = figures
  return [
    `${name}${figures.eventsPerSecond} events/s, ${figures.deliveriesPerSecond} deliveries/s (${(figures.deliveriesPerSecond / bare).toFixed(2)} of bare posts), sequenced at ${figures.sequencedPerSecond}/s`,
    `                           ${cpu ? `CPU each: workers ${cpu.workers} ms, database ${cpu.database} ms, receivers ${cpu.receivers} ms; ` : ''}${duplicates} twice, ${outOfOrder} out of order`,
  ]
}

/** The figures as lines of text. */
export const eventReport = ({ barePostsPerSecond: bare, rate, byWorkers }: EventFigures): string[] => [
  `bare posts to 10 receivers ${bare}/s`,
  ...byWorkers.flatMap(({ workers, backlog, steady, behindBacklog, ofOneOrder }) => [
    `webhooks, ${workers} worker${workers === 1 ? ' ' : 's'}`,
    ...workedOff('  backlog                  ', backlog, bare),
    ...workedOff('  backlog of one order     ', ofOneOrder, bare),
    `  ${rate} events/s              p50 ${steady.p50} ms, p99 ${steady.p99} ms from commit to delivery`,
    `  the same behind backlog  p50 ${behindBacklog.p50} ms, p99 ${behindBacklog.p99} ms`,
  ]),
]
