import { type Static, Type } from 'typebox'
import { InstantSchema } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'

/** As the event shows it; up to fifteen digits, which a number holds exactly. */
const sequence = (description: string) => Type.String({ pattern: String.raw`^\d{1,15}$`, description })
const time = (description: string) => Type.Unsafe<string>({ ...InstantSchema, description })

export const ReplayBody = closed({
  fromSequence: Type.Optional(sequence('The first event, by its `sequence`. This or `fromTime`.')),
  fromTime: Type.Optional(time('Events whose `timestamp` is this or later. This or `fromSequence`.')),
  toSequence: Type.Optional(sequence('The last event; as far as there are any when left out.')),
  toTime: Type.Optional(time('No event whose `timestamp` is later than this.')),
})
export type Replay = Static<typeof ReplayBody>

export const ReplaySchema = closed({
  queued: Type.Integer({
    minimum: 0,
    description: 'Deliveries that were made or set going again. Those that were open already are not counted.',
  }),
  nextSequence: Type.Union([Type.String({ pattern: String.raw`^\d+$` }), Type.Null()], {
    description: 'Where to go on as `fromSequence`, with the same end; null when the range is done.',
  }),
})
