import { setTimeout as sleep } from 'node:timers/promises'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { resultGroupings } from '#rules/results/result-measures.ts'
import { databaseSeconds, secondsOf } from '../cpu-time.ts'
import { quantile, rounded } from '../quantiles.ts'
import type { ServerProcess } from '../server-process.ts'
import type { QueryFigures } from './compliance-figures.ts'

/** Of each query that is counted. */
const runs = 7
const groupings = [
  '',
  'supplier',
  'jobcenter',
  'frameworkAgreement',
  'targetGroup',
  'residenceMunicipality',
  'month',
  'supplier,month',
  'supplier,frameworkAgreement,month',
  'supplier,jobcenter,frameworkAgreement,targetGroup,residenceMunicipality,month',
]
const everyResultGrouping = resultGroupings.join(',')
const caseFigures = [
  'dutiesOverdue',
  'dutiesMetLate',
  'dutiesMetLateOver20',
  'absencesRegistered',
  'absencesLateOver20',
  'minutesDelivered',
  'daysUnrecorded',
  'protocolsMissing',
  'coursesBegun',
  'reSummonsMissing',
  'contactRequestsUnanswered',
  'differenceDays',
  'refusals',
]

/** Every query of a year over all suppliers by its name; the year ends today, so it begins and ends within a month. */
const yearQueries = (today: LocalDate): readonly (readonly [name: string, path: string])[] => {
  const period = `from=${addDays(today, -364)}&to=${today}`
  return [
    ...groupings.map(
      (by) =>
        [
          `summary ${by === '' ? 'of all' : by.split(',').length > 4 ? 'by all six' : `by ${by}`}`,
          `summary?${period}${by === '' ? '' : `&groupBy=${by}`}`,
        ] as const,
    ),
    ...caseFigures.map((figure) => [`cases ${figure}`, `cases?${period}&figure=${figure}`] as const),
    ['cases dutiesOverdue, 500', `cases?${period}&figure=dutiesOverdue&limit=500`],
    ['risk', `risk?${period}`],
    ...['supplier,effortGroup', 'month', everyResultGrouping].map(
      (by) =>
        [`results by ${by === everyResultGrouping ? 'all eight' : by}`, `results?${period}&groupBy=${by}`] as const,
    ),
    ['results cases reached', `results/cases?${period}&figure=reached&milestone=cv&weeks=13`],
  ]
}

/**
 * Asks each query a few times in turn, one request at a time, after one that does not count.
 * @throws Error when an answer is not 200
 */
export const askYear = async (given: {
  readonly reader: ServerProcess
  readonly client: string
  readonly token: string
  readonly postmaster: number
  readonly today: LocalDate
  readonly tell: (line: string) => void
}): Promise<QueryFigures[]> => {
  const figures: QueryFigures[] = []
  for (const [name, path] of yearQueries(given.today)) {
    const ask = async (): Promise<{ milliseconds: number; bytes: number }> => {
      for (let refusals = 0; ; refusals++) {
        const began = performance.now()
        const answer = await fetch(`${given.reader.url}/v1/compliance/${path}`, {
          headers: { authorization: `Bearer ${given.token}`, 'x-purpose': 'Bench' },
        })
        const { byteLength: bytes } = await answer.arrayBuffer()
        if (answer.status === 200) return { milliseconds: performance.now() - began, bytes }
        // A machine that others use lets a server be late now and then, which says so and is asked again.
        if (answer.status !== 503 || refusals === 5) throw new Error(`${name} was answered with ${answer.status}`)
        given.tell(`${name} was refused by a busy server`)
        await sleep(1000)
      }
    }
    await ask()
    const before = databaseSeconds(given.postmaster)
    const serverBefore = secondsOf(given.reader.pid)
    const times: number[] = []
    let bytes = 0
    for (let run = 0; run < runs; run++) {
      const asked = await ask()
      times.push(asked.milliseconds)
      bytes = asked.bytes
    }
    const after = databaseSeconds(given.postmaster)
    const databaseCpu =
      before === undefined || after === undefined ? null : rounded(((after - before) * 1000) / runs, 0)
    const serverCpu =
      databaseCpu === null ? null : rounded(((secondsOf(given.reader.pid) - serverBefore) * 1000) / runs, 0)
    const one = {
      client: given.client,
      name,
      runs,
      p50: rounded(quantile(times, 0.5), 0),
      p99: rounded(quantile(times, 0.99), 0),
      databaseCpu,
      serverCpu,
      bytes,
    }
    given.tell(
      `${one.client} ${one.name}: p50 ${one.p50} ms, p99 ${one.p99} ms, CPU: database ${one.databaseCpu} ms, server ${one.serverCpu} ms`,
    )
    figures.push(one)
  }
  return figures
}
