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
  readonly bytes: number
}

/** Writing single absences, the median of some rounds. */
export type WritingFigures = {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly cpuMillisecondsEach: CpuTime | null
}

/** Seconds from the answer to a write until a summary shows it, with one worker. */
export type FreshnessFigures = { readonly writes: number; readonly p50: number; readonly longest: number }

/** A supplier's month counted as the worker counts it. */
export type RecountFigures = { readonly cells: number; readonly millisecondsEach: number }

export type ComplianceFigures = {
  readonly history: LoadedHistory
  readonly recount: RecountFigures
  readonly queries: readonly QueryFigures[]
  readonly writingLoaded: WritingFigures
  readonly writingEmpty: WritingFigures
  /** Time and CPU (of server and database) of an absence on the loaded database over that on the empty one. */
  readonly writingRatio: { readonly time: number; readonly cpu: number | null }
  readonly freshness: FreshnessFigures
  /** The machine's load average of one minute, before and after the queries. */
  readonly load: readonly [before: number, after: number]
}

const thousands = (count: number | undefined): string => (count ?? 0).toLocaleString('en')
const writingLine = ({ perSecond, p50, p99, cpuMillisecondsEach: cpu }: WritingFigures): string =>
  `${perSecond} requests/s, p50 ${p50} ms, p99 ${p99} ms${cpu ? `, CPU each: server ${cpu.server} ms, database ${cpu.database} ms` : ''}`

/** The figures as lines of text. */
export const complianceReport = (figures: ComplianceFigures): string[] => {
  const { history, recount, queries, writingRatio, freshness } = figures
  const { rows, cells } = history
  return [
    '',
    `${thousands(rows['orders'])} orders, ${thousands(rows['planned_days'])} planned days, ${thousands(rows['attendance_days'])} attended, ${thousands(rows['absences'])} absences, ${thousands(rows['obligations'])} duties, ${(history.databaseBytes / 1e9).toFixed(1)} GB`,
    `cells: ${thousands(cells['day'])} of days, ${thousands(cells['month'])} of months, ${thousands(cells['coarse'])} coarse; loaded in ${history.loadSeconds} s, counted in ${history.countSeconds} s`,
    `counted again, a supplier's month: ${recount.cells} cells, ${recount.millisecondsEach} ms each, none other than before`,
    `a year over all suppliers, load average ${figures.load.join(' to ')}:`,
    ...queries.map(
      ({ client, name, p50, p99, databaseCpu, bytes }) =>
        `  ${client.padEnd(19)} ${name.padEnd(34)} p50 ${p50} ms, p99 ${p99} ms${databaseCpu === null ? '' : `, database CPU ${databaseCpu} ms`}, ${Math.ceil(bytes / 1024)} kB`,
    ),
    `POST /v1/absences, loaded  ${writingLine(figures.writingLoaded)}`,
    `POST /v1/absences, empty   ${writingLine(figures.writingEmpty)}`,
    `ratio loaded to empty      ${writingRatio.time} of time${writingRatio.cpu === null ? '' : `, ${writingRatio.cpu} of CPU`}`,
    `freshness                  a write shows after p50 ${freshness.p50} s, at most ${freshness.longest} s (${freshness.writes} writes)`,
  ]
}
