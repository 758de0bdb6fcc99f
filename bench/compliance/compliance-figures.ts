import type { CpuTime } from '../cpu-time.ts'
import type { LoadedHistory } from './load-history.ts'

/** One query over HTTP, a few times in a row. Times in milliseconds; of so few runs p99 is the longest. */
export type QueryFigures = {
  readonly client: string
  readonly name: string
  readonly runs: number
  readonly p50: number
  readonly p99: number
  /** CPU of the database for each run; null where the system does not tell. */
  readonly databaseCpu: number | null
  readonly serverCpu: number | null
  readonly bytes: number
}

/** Writing single absences, the median of some rounds. */
export type WritingFigures = {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly cpuMillisecondsEach: CpuTime | null
}

/** Writing on the loaded database and on an empty one; ratios are of the loaded to the empty, of medians. */
export type WritingComparison = {
  readonly rounds: number
  readonly loaded: WritingFigures
  readonly empty: WritingFigures
  readonly ratio: {
    readonly time: number
    readonly p50: number
    /** Of server and database; null where the system does not tell. */
    readonly cpu: number | null
    readonly databaseCpu: number | null
  }
  /** Of neighbouring rounds. */
  readonly timeByRound: readonly number[]
}

/** Seconds from the answer to a write until a summary shows it, with one worker. */
export type FreshnessFigures = { readonly writes: number; readonly p50: number; readonly longest: number }

/** A supplier's month counted as the worker counts it. */
export type RecountFigures = { readonly cells: number; readonly millisecondsEach: number }

export type ComplianceFigures = {
  readonly history: LoadedHistory
  readonly recount: RecountFigures
  readonly queries: readonly QueryFigures[]
  readonly writing: WritingComparison
  readonly freshness: FreshnessFigures
  /** The machine's load average of one minute, before and after the queries. */
  readonly load: readonly [before: number, after: number]
}

const thousands = (count: number | undefined): string => (count ?? 0).toLocaleString('en')
const writingLine = ({ perSecond, p50, p99, cpuMillisecondsEach: cpu }: WritingFigures): string =>
  `${perSecond} requests/s, p50 ${p50} ms, p99 ${p99} ms${cpu ? `, CPU each: server ${cpu.server} ms, database ${cpu.database} ms` : ''}`

/** The figures as lines of text. */
export const complianceReport = (figures: ComplianceFigures): string[] => {
  const { history, recount, queries, writing, freshness } = figures
  const { rows, cells } = history
  return [
    '',
    `${thousands(rows['orders'])} orders, ${thousands(rows['planned_days'])} planned days, ${thousands(rows['attendance_days'])} attended, ${thousands(rows['absences'])} absences, ${thousands(rows['obligations'])} duties, ${(history.databaseBytes / 1e9).toFixed(1)} GB`,
    `cells: ${thousands(cells['day'])} of days, ${thousands(cells['month'])} of months, ${thousands(cells['coarse'])} coarse; loaded in ${history.loadSeconds} s, counted in ${history.countSeconds} s`,
    `counted again, a supplier's month: ${recount.cells} cells, ${recount.millisecondsEach} ms each, none other than before`,
    `a year over all suppliers, load average ${figures.load.join(' to ')}:`,
    ...queries.map(
      ({ client, name, p50, p99, databaseCpu, serverCpu, bytes }) =>
        `  ${client.padEnd(19)} ${name.padEnd(34)} p50 ${p50} ms, p99 ${p99} ms${databaseCpu === null ? '' : `, CPU: database ${databaseCpu} ms, server ${serverCpu} ms`}, ${Math.ceil(bytes / 1024)} kB`,
    ),
    `POST /v1/absences, ${writing.rounds} rounds on each in turns, medians, vacuum between rounds alone:`,
    `  loaded                   ${writingLine(writing.loaded)}`,
    `  empty                    ${writingLine(writing.empty)}`,
    `  ratio loaded to empty    ${writing.ratio.time} of time, ${writing.ratio.p50} of p50${writing.ratio.cpu === null ? '' : `, ${writing.ratio.cpu} of CPU, ${writing.ratio.databaseCpu} of the database's`}`,
    `  of time, by round        ${writing.timeByRound.join(', ')}`,
    `freshness                  a write shows after p50 ${freshness.p50} s, at most ${freshness.longest} s (${freshness.writes} writes)`,
  ]
}
