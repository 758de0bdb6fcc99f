import { liv } from '#test/features/orders/support.ts'
import type { CallOptions, TestAnswer, TestClient } from '#test/support/test-portal.ts'

/** Tells an outcome of a first meeting. */
export const outcome = (
  client: TestClient,
  orderId: string,
  told: Record<string, unknown>,
  options: CallOptions = {},
): Promise<TestAnswer> => client.post(`/v1/orders/${orderId}/first-meeting`, { registeredBy: liv, ...told }, options)

/** The letter after the missed meeting of Monday 2 March 2026, in time, with a new meeting a week later. */
export const letter = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  missedOn: '2026-03-02',
  letterSentOn: '2026-03-03',
  letterMethod: 'quick-letter',
  newMeetingAt: '2026-03-09T08:00:00Z',
  registeredBy: liv,
  ...changes,
})

/** Registers a letter. */
export const reSummon = (
  client: TestClient,
  orderId: string,
  changes: Record<string, unknown> = {},
): Promise<TestAnswer> => client.post(`/v1/orders/${orderId}/re-summons`, letter(changes))

/** A whole-day absence as an outcome names it. */
export const away = (date: string, changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  date,
  wholeDay: true,
  reason: 'no-notice',
  ...changes,
})

/** Pointers and codes of an answer's faults. */
export const faults = (answer: TestAnswer): [string, string][] =>
  (answer.body?.errors ?? []).map((fault: { pointer: string; code: string }) => [fault.pointer, fault.code])
