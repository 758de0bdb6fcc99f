import { appendFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { Differs } from './expectations.ts'
import type { Evidence } from './performance.ts'
import { playCourse } from './play-course.ts'
import { playNoShow } from './play-no-show.ts'
import { playWeek } from './play-week.ts'
import { openPortal } from './portal-client.ts'

/** Where `npm start` of the same environment runs. */
const portalUrl = (): string =>
  (process.env['PUBLIC_URL'] || `http://localhost:${process.env['PORT'] || 3000}`).replace(/\/+$/, '')

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Each time: npm hands Ctrl-C on to a process that has it from the terminal already.
  process.on(signal, () =>
    interruption.abort(
      new Differs(`Interrupted (${signal}); the webhook endpoints are deleted, and the clock is on the real time.`),
    ),
  )
}

/** For the test that looks for the run's CPR numbers: a file that they are written to, one on each line. */
const numbersFile = process.env['DEMO_NUMBERS_FILE']
/** For the same test: a file that gets the deliveries, feeds and problem documents of the stories, as JSON. */
const evidenceFile = process.env['DEMO_EVIDENCE_FILE']

/** What each story is performed with; a portal of its own, so that its problems are its own. */
const performing = () => ({
  portal: openPortal(portalUrl()),
  tell: (line: string) => console.log(line),
  numberMade: (cpr: string) => {
    if (numbersFile) appendFileSync(numbersFile, `${cpr}\n`, { mode: 0o600 })
  },
  interrupted: interruption.signal,
})

try {
  const week = await playWeek(performing())
  console.log()
  const course = await playCourse(performing())
  console.log()
  const noShow = await playNoShow(performing())
  if (evidenceFile)
    writeFileSync(evidenceFile, JSON.stringify({ week, course, noShow } satisfies Record<string, Evidence>))
  process.exit(0)
} catch (error) {
  if (error instanceof Differs) console.error(`\n${error.message}`)
  else console.error(error)
  process.exit(1)
}
