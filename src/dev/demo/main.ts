import { appendFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { Differs } from './expectations.ts'
import { playWeek } from './play-week.ts'
import { openPortal } from './portal-client.ts'

/** Where `npm start` of the same environment runs. */
const portalUrl = (): string =>
  (process.env['PUBLIC_URL'] || `http://localhost:${process.env['PORT'] || 3000}`).replace(/\/+$/, '')

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () =>
    interruption.abort(new Differs(`Interrupted (${signal}); the webhook endpoints are deleted.`)),
  )
}

/** For the test that looks for the run's CPR numbers: a file that they are written to, one on each line. */
const numbersFile = process.env['DEMO_NUMBERS_FILE']
/** For the same test: a file that gets the deliveries, feeds and problem documents of the run, as JSON. */
const evidenceFile = process.env['DEMO_EVIDENCE_FILE']

try {
  const evidence = await playWeek({
    portal: openPortal(portalUrl()),
    tell: (line) => console.log(line),
    numberMade: (cpr) => {
      if (numbersFile) appendFileSync(numbersFile, `${cpr}\n`, { mode: 0o600 })
    },
    interrupted: interruption.signal,
  })
  if (evidenceFile) writeFileSync(evidenceFile, JSON.stringify(evidence))
  process.exit(0)
} catch (error) {
  if (error instanceof Differs) console.error(`\n${error.message}`)
  else console.error(error)
  process.exit(1)
}
