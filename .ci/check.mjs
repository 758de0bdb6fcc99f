// `npm run check`: everything that can be said of the project without running its tests. Each step is a command of its own.
import { spawn } from 'node:child_process'
import process from 'node:process'

const steps = [
  ['types', 'tsc', ['-p', '.']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ['dependency directions', 'depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src']],
  ['dead code', 'knip', ['--no-progress', '--no-config-hints']],
  ['OpenAPI in step', 'node', ['src/dev/write-openapi.ts', '--verify']],
  ['webhook vectors in step', 'node', ['src/dev/write-webhook-vectors.ts', '--verify']],
  ['table types in step', 'node', ['src/dev/write-db-types.ts', '--verify']],
]

const run = (command, given) =>
  new Promise((done) => {
    const child = spawn(command, given, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (error) => done({ code: 1, output: String(error) }))
    child.on('close', (code) => done({ code, output: Buffer.concat(chunks).toString() }))
  })

/** dependency-cruiser is content with nothing to look at, so it has to say that it looked at something. */
const cruised = (output) => {
  const { summary } = JSON.parse(output)
  const violations = summary.violations.map((found) => `${found.rule.name}: ${found.from} → ${found.to}`)
  if (!(summary.totalCruised > 100)) violations.push(`only ${summary.totalCruised} modules were cruised`)
  return violations
}

let failed = 0
const queue = [...steps]
const worker = async () => {
  for (let step = queue.shift(); step; step = queue.shift()) {
    const [name, command, given] = step
    const { code, output } = await run(command, given)
    let bad = code !== 0
    let shown = output
    if (command === 'depcruise') {
      try {
        const violations = cruised(output)
        bad = violations.length > 0
        shown = violations.join('\n')
      } catch {
        bad = true
      }
    }
    console.log(`${bad ? '✗' : '✓'} ${name}`)
    if (bad) {
      failed++
      console.log(shown.trimEnd().split('\n').slice(-80).join('\n'))
    }
  }
}
await Promise.all([worker(), worker()])
process.exitCode = failed === 0 ? 0 : 1
