import { Type } from 'typebox'
import { InstantSchema } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'

/** The event as feed and webhooks show it (`eventDocument`). */
export const EventSchema = closed(
  {
    type: Type.String({ description: 'What happened, such as `absence.registered`.' }),
    id: Type.String({ pattern: '^evt_', description: 'The same in every delivery: deduplicate by it.' }),
    timestamp: InstantSchema,
    sequence: Type.String({ pattern: String.raw`^\d+$`, description: 'The place in the order of all events.' }),
    data: Type.Object(
      { url: Type.String({ format: 'uri', description: 'Where the resource can be fetched.' }) },
      { additionalProperties: true, description: 'Identifiers, dates and codes; never personal data.' },
    ),
  },
  { description: 'A thin event: fetch what it is about, as far as you may see it.' },
)
