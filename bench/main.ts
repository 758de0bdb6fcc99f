import { cpus } from 'node:os'
import process from 'node:process'
import { createCleanup } from './cleanup.ts'
import { complianceReport } from './compliance/compliance-figures.ts'
import { measureCompliance } from './compliance/measure-compliance.ts'
import type { CpuTime } from './cpu-time.ts'
import { databaseSettings, startDatabase } from './database.ts'
import { type EventFigures, eventReport } from './events/event-figures.ts'
import { measureEvents } from './events/measure-events.ts'
import { batchConnections, type Figures, measure, measureProtocolsAlone, type ProtocolFigures } from './measure.ts'
import { readOptions } from './options.ts'
import { summariseProfile } from './profile-summary.ts'
import { loadWorld } from './world.ts'

const cpuLine = (each: CpuTime | null): string =>
  each ? `CPU each: server ${each.server} ms, database ${each.database} ms, this process ${each.bench} ms` : ''

const protocolReport = ({ protocols, protocolsDirect, protocolRatio }: ProtocolFigures): string[] => [
  `GET a month's protocol     ${protocols.perSecond} reads/s, p50 ${protocols.p50} ms, p99 ${protocols.p99} ms`,
  `                           ${cpuLine(protocols.cpuMillisecondsEach)}`,
  `the same SQL without HTTP  ${protocolsDirect.perSecond} reads/s, p50 ${protocolsDirect.p50} ms, p99 ${protocolsDirect.p99} ms`,
  `                           ${cpuLine(protocolsDirect.cpuMillisecondsEach)}`,
  `ratio                      ${protocolRatio}`,
]

const importReport = ({ imports }: Figures): string[] => [
  `import of ${imports.rows} rows       CSV ${imports.csvPerSecond} rows/s, XLSX ${imports.xlsxPerSecond} rows/s`,
  `                           reading alone: CSV ${imports.readCsvPerSecond} rows/s, XLSX ${imports.readXlsxPerSecond} rows/s`,
  `                           recordDays alone ${imports.recordDaysPerSecond} rows/s, ratio ${imports.ratio}`,
]

const report = (figures: Figures & { events: EventFigures }): string => {
  const { single, direct, batches, batchesAtOnce } = figures
  return [
    '',
    `POST /v1/absences          ${single.perSecond} requests/s, p50 ${single.p50} ms, p99 ${single.p99} ms`,
    `                           ${cpuLine(single.cpuMillisecondsEach)}`,
    `the same SQL without HTTP  ${direct.perSecond} transactions/s, p50 ${direct.p50} ms, p99 ${direct.p99} ms`,
    `                           ${cpuLine(direct.cpuMillisecondsEach)}`,
    `ratio                      ${figures.ratio}`,
    `database round trips       ${figures.roundTrips} per absence`,
    `batches, one at a time     ${batches.rowsPerSecond} absences/s, p50 ${batches.p50} ms a batch`,
    `                           ${cpuLine(batches.cpuMillisecondsEach)}`,
    `batches, ${batchConnections} at a time       ${batchesAtOnce.rowsPerSecond} absences/s, p50 ${batchesAtOnce.p50} ms a batch`,
    `                           ${cpuLine(batchesAtOnce.cpuMillisecondsEach)}`,
    ...importReport(figures),
    ...protocolReport(figures),
    ...eventReport(figures.events),
    `a lone commit of one row   ${figures.commitMilliseconds} ms`,
  ].join('\n')
}

const cleanup = createCleanup()

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2))
  const tell = (line: string): void => {
    if (!options.json) console.log(line)
  }
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version }
  tell(`${machine.cpus} × ${machine.model}, node ${machine.node}; load, server and database share them.`)
  const settings = Object.entries(databaseSettings).map(([name, value]) => `${name}=${value}`)
  tell(
    `PostgreSQL with ${settings.join(', ')}; pool of ${options.poolSize}, ${options.concurrency} requests at a time.`,
  )
  for (const [name, value] of Object.entries(options.set)) tell(`The application's role has ${name}=${value}.`)
  if (options.compliance) {
    const { seconds, orders, suppliers, poolSize, concurrency, set } = options
    const asked = { seconds, orders, suppliers, poolSize, concurrency, set }
    const figures = await measureCompliance(options, cleanup, tell)
    const all = { machine, database: databaseSettings, options: asked, ...figures }
    console.log(options.json ? JSON.stringify(all) : complianceReport(figures).join('\n'))
    return
  }
  const database = await startDatabase(cleanup, options.set)
  if (options.events) {
    const { profileFolder, ...figures } = await measureEvents(database, options, cleanup, tell)
    console.log(options.json ? JSON.stringify({ machine, ...figures }) : eventReport(figures).join('\n'))
    if (profileFolder) tell(`\nCPU of the worker:\n${summariseProfile(profileFolder).join('\n')}`)
    return
  }
  tell(`loading ${options.citizens} citizens with ten planned days each …`)
  const world = await loadWorld(database.adminUrl, options.citizens)
  if (options.protocols) {
    const figures = await measureProtocolsAlone(database, world, options, cleanup, tell)
    console.log(options.json ? JSON.stringify({ machine, ...figures }) : protocolReport(figures).join('\n'))
    return
  }
  const { profileFolder, ...requests } = await measure(database, world, options, cleanup, tell)
  // A database of its own: the events of the absences before would have to be numbered first.
  const { profileFolder: _, ...events } = await measureEvents(
    await startDatabase(cleanup, options.set),
    { ...options, profile: false },
    cleanup,
    tell,
  )
  const figures = { ...requests, events }
  if (options.json) {
    const { json: __, ...asked } = options
    console.log(JSON.stringify({ machine, database: databaseSettings, options: asked, ...figures }))
  } else console.log(report(figures))
  if (profileFolder)
    tell(`\nCPU of the server, warm-up and single absences:\n${summariseProfile(profileFolder).join('\n')}`)
}

try {
  await run()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await cleanup.run()
}
process.exit()
