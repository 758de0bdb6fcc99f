import { exampleWorld } from '#platform/openapi/example-world.ts'
import { must } from '#test/features/orders/support.ts'
import type { CallOptions, TestAnswer, TestPortal } from '#test/support/test-portal.ts'

const liv = { name: 'Liv Leverandør', email: 'liv@leverandoer-nord.example' }
export const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
/** The first templates of the four kinds, of migration 0013. */
export const templates = {
  final: exampleWorld.finalTemplate,
  interim: '01890000-0000-7000-8000-0000000f0002',
  'social-action-plan': '01890000-0000-7000-8000-0000000f0003',
  handover: '01890000-0000-7000-8000-0000000f0004',
} as const

export const finalSections = {
  'focus-areas': 'Der er arbejdet med mødestabilitet og jobsøgning.',
  development: 'Borgeren møder stabilt og klarer 20 timer om ugen.',
  goal: 'Målet om et job i butik er realistisk.',
}
const sectionsOf = {
  final: finalSections,
  interim: finalSections,
  'social-action-plan': { contribution: 'Borgeren møder stabilt.', citizen: 'Det går godt, siger hun.' },
  handover: { status: 'Halvvejs i forløbet.', next: 'Praktik i en butik.' },
} as const

/** Ends a course at supplier-nord. */
export const end = async (portal: TestPortal, order: { id: string }, endedOn: string): Promise<void> => {
  must(
    await portal
      .as('supplier-nord')
      .post(`/v1/orders/${order.id}/termination`, { endedOn, cause: 'employment', registeredBy: liv }),
  )
}

/** Submits a report of a kind in its first template. */
export const submitReport = (
  portal: TestPortal,
  order: { id: string },
  kind: keyof typeof templates = 'final',
  changes: Record<string, unknown> = {},
): Promise<TestAnswer> =>
  portal.as('supplier-nord').post(`/v1/orders/${order.id}/reports`, {
    kind,
    templateId: templates[kind],
    templateVersion: 1,
    sections: sectionsOf[kind],
    registeredBy: liv,
    ...changes,
  })

/** Sends a report back, as the ordering jobcenter unless told. */
export const sendBack = (
  portal: TestPortal,
  report: { id: string },
  changes: Record<string, unknown> = {},
  client = 'jobcenter-musvaagevej',
  options: CallOptions = {},
): Promise<TestAnswer> =>
  portal
    .as(client)
    .post(
      `/v1/reports/${report.id}/return`,
      { reason: 'Borgerens egne ord mangler, kodeord paraply.', dueOn: '2026-04-10', returnedBy: sally, ...changes },
      options,
    )

/** Asks for a report beside the schedule, as the ordering jobcenter unless told. */
export const ask = (
  portal: TestPortal,
  order: { id: string },
  changes: Record<string, unknown> = {},
  client = 'jobcenter-musvaagevej',
  options: CallOptions = {},
): Promise<TestAnswer> =>
  portal.as(client).post(
    `/v1/orders/${order.id}/report-requests`,
    {
      kind: 'social-action-plan',
      dueOn: '2026-04-10',
      text: 'Til den sociale handleplan, kodeord gummistøvle.',
      requestedBy: sally,
      ...changes,
    },
    options,
  )

/** The duties of an order of some kinds, as the supplier sees them: kind, subject, date, status. */
export const dutiesOf = async (portal: TestPortal, order: { id: string }, ...kinds: string[]): Promise<string[]> => {
  const { body } = must(
    await portal.as('supplier-nord').get('/v1/obligations', { query: { orderId: order.id, limit: 500 } }),
  )
  return body.items
    .filter((item: { kind: string }) => kinds.includes(item.kind))
    .map((item: Record<string, string>) => `${item['kind']} ${item['subject']} ${item['dueOn']} ${item['status']}`)
    .sort()
}

/** The events about something, the first one first: type and recipients, and what is said. */
export const eventsAbout = (portal: TestPortal, member: string, id: string) =>
  portal.sql<{ type: string; recipients: string[]; data: Record<string, unknown>; path: string }>(
    'select type, recipients, data, path from events where data ->> $1 = $2 order by position',
    [member, id],
  )
