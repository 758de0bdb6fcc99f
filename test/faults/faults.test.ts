import process from 'node:process'
import { expect, test } from 'vitest'
import { runFaults } from './run-faults.ts'

const seconds = Number(process.env['FAULT_SECONDS'] ?? 12)
const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1_000_000))

test('kill anything, lose nothing', { timeout: (seconds + 360) * 1000 }, async () => {
  const { losses, kills, ...report } = await runFaults({ seconds, seed })
  const { events, deliveries, duplicates, ...wrong } = losses
  const lost = Object.values(wrong).reduce((sum, list) => sum + list.length, 0)
  const killed = Object.entries(kills).map(([what, times]) => `${what} ${times}`)
  process.stdout.write(
    `seed ${seed}: kills ${killed.join(', ')}; posts ${report.posts}, repeated ${report.repeated}; mishaps ${report.mishaps}; ` +
      `events ${events}, deliveries ${deliveries}, duplicates ${duplicates}, lost ${lost}\n`,
  )
  expect(wrong).toEqual({ writes: [], halves: [], undelivered: [], outOfOrder: [] })
  expect(report.forged).toBe(0)
  // The run was one: something happened, and everything that can be killed was.
  expect(Object.values(kills).every((times) => times > 0)).toBe(true)
  expect(events).toBeGreaterThan(0)
  expect(deliveries).toBeGreaterThan(0)
})
