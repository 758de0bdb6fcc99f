import type { Instant } from '#kernel/instant.ts'

/** A sequenced event as the database holds it. */
export type SequencedEvent = {
  readonly id: string
  readonly type: string
  readonly occurredAt: Instant
  readonly sequence: number
  readonly data: unknown
  readonly path: string
}

/** The event as the feed shows it and as webhooks carry it: thin, without personal data. */
export const eventDocument = (event: SequencedEvent, publicUrl: string) => ({
  type: event.type,
  id: `evt_${event.id}`,
  timestamp: event.occurredAt,
  sequence: String(event.sequence),
  data: { ...(event.data as Record<string, unknown>), url: `${publicUrl}${event.path}` },
})
