import { createHash } from 'node:crypto'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must } from '#test/features/orders/support.ts'
import type { TestAnswer, TestPortal } from '#test/support/test-portal.ts'

export const tilde = { name: 'Tilde Tilsyn', email: 'tilde@tilsyn.example' }
export const purpose = { headers: { 'x-purpose': 'Tilsyn 2026' } }
export const nord = demo.organisations.supplierNord.id

/** Draws an inspection; of supplier-nord by Copenhagen's auditor unless told. */
export const draw = (
  portal: TestPortal,
  changes: Record<string, unknown> = {},
  client = 'auditor-koebenhavn',
): Promise<TestAnswer> =>
  portal.as(client).post('/v1/inspections', {
    ...(changes['residenceMunicipality'] === undefined ? { supplierId: nord } : {}),
    drawnBy: tilde,
    ...changes,
  })

export const drawn = async (
  portal: TestPortal,
  changes: Record<string, unknown> = {},
  client = 'auditor-koebenhavn',
): Promise<TestAnswer['body']> => must(await draw(portal, changes, client)).body

/** Puts a finding. */
export const find = (
  portal: TestPortal,
  inspection: { id: string },
  orderId: string,
  controlPoint: string,
  changes: Record<string, unknown> = {},
  options: { ifMatch?: string; client?: string } = {},
): Promise<TestAnswer> =>
  portal
    .as(options.client ?? 'auditor-koebenhavn')
    .put(
      `/v1/inspections/${inspection.id}/findings/${orderId}/${controlPoint}`,
      { outcome: 'in-order', registeredBy: tilde, ...changes },
      { headers: { 'x-purpose': 'Tilsyn' }, ...(options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch }) },
    )

export const close = (
  portal: TestPortal,
  inspection: { id: string },
  changes: Record<string, unknown> = {},
  client = 'auditor-koebenhavn',
): Promise<TestAnswer> =>
  portal.as(client).post(`/v1/inspections/${inspection.id}/closing`, { registeredBy: tilde, ...changes })

/** As anybody can check a drawing: SHA-256 over the seed, a blank and the order's id. */
export const place = (seed: string, orderId: string): string =>
  createHash('sha256').update(`${seed} ${orderId}`).digest('hex')

/** Courses of supplier-nord as copies of a demo order, by target group and phase; past every rule, since a sample needs many. */
export const manyCourses = async (
  portal: TestPortal,
  given: {
    readonly count: number
    readonly targetGroup: string
    readonly municipality?: string
    /** The day on which they ended; running without. */
    readonly endedOn?: string
  },
): Promise<string[]> => {
  const columns = await portal.sql<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = 'orders'`,
  )
  const replaced: Record<string, string> = {
    id: 'uuidv7()',
    order_number: `'P-' || nextval('order_numbers')`,
    target_group: '$2',
    residence_municipality: '$3',
    status: `case when $4::date is null then 'approved' else 'ended' end`,
    course_status: `case when $4::date is null then 'attending' else 'ended' end`,
    ended_on: '$4::date',
  }
  const names = columns.map(({ name }) => name)
  const rows = await portal.sql<{ id: string }>(
    `insert into orders (${names.join(', ')})
       select ${names.map((name) => replaced[name] ?? `o.${name}`).join(', ')} from orders o, generate_series(1, $5::integer)
        where o.id = $1 returning id`,
    [demo.orders.activityReady.id, given.targetGroup, given.municipality ?? '0101', given.endedOn ?? null, given.count],
  )
  return rows.map(({ id }) => id)
}
