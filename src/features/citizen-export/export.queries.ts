import { type SqlBool, sql } from 'kysely'
import type { Caller } from '#kernel/caller.ts'
import { withoutCprNumbers } from '#kernel/citizen-number.ts'
import type { DB } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { TemplateSection } from '#rules/report/template.ts'

/** A record as it is exported: what the register holds of it, without what is technical. */
export type ExportedRecord = Readonly<Record<string, unknown>>

/** Tables whose rows belong to one order by `order_id`, and the columns that put them in order. */
const tablesOfOrders = {
  activities: ['id'],
  plannedDays: ['date', 'activityId'],
  orderAmendments: ['id'],
  leaveApprovals: ['id'],
  firstMeetingOutcomes: ['id'],
  reSummons: ['id'],
  excusedDays: ['orderId', 'date'],
  attendanceDays: ['orderId', 'date'],
  attendanceDayVersions: ['orderId', 'date', 'version'],
  protocolMonths: ['orderId', 'month'],
  obligations: ['id'],
  reports: ['id'],
  focusAreas: ['orderId', 'version'],
  milestones: ['id'],
  refusals: ['id'],
} as const satisfies Partial<Record<keyof DB, readonly string[]>>

type TableOfOrders = keyof typeof tablesOfOrders
/** As one of them, whose columns all that is asked for here have. */
const asOne = (table: TableOfOrders): 'milestones' => table as 'milestones'

/** Which client sent what under which request id says nothing about the citizen; hashes are shown as text. */
const technical = new Set(['clientId', 'requestId', 'dueSoonToldAt', 'overdueToldAt'])

/** A row without its technical columns and without what is not there. */
export const exported = (row: object): ExportedRecord =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      value === null || value === undefined || technical.has(name)
        ? []
        : [[name, Buffer.isBuffer(value) ? value.toString('hex') : value]],
    ),
  )

/**
 * The orders of a citizen that are the caller's own: a supplier's once approved, a jobcenter's that it placed. In no other
 * capacity: a municipal centre that is a jobcenter too sees both, a benefits office none.
 */
export const ordersOfCitizen = async (trx: Trx, { organisation }: Caller, citizenId: string) => {
  const { id, kinds } = organisation
  return trx
    .selectFrom('orders')
    .selectAll()
    .where('citizenId', '=', citizenId)
    .where((eb) =>
      eb.or([
        ...(kinds.includes('supplier') ? [eb.and([eb('supplierId', '=', id), eb('approvedAt', 'is not', null)])] : []),
        ...(kinds.includes('jobcenter') ? [eb('jobcenterId', '=', id)] : []),
      ]),
    )
    .orderBy('id')
    .execute()
}

/** The rows of the tables that belong to orders, by table. */
export const recordsOfOrders = async (
  trx: Trx,
  orderIds: readonly string[],
): Promise<Record<TableOfOrders, ExportedRecord[]>> => {
  const read: [string, ExportedRecord[]][] = []
  for (const [table, order] of Object.entries(tablesOfOrders)) {
    let query = trx
      .selectFrom(asOne(table as TableOfOrders))
      .selectAll()
      .where('orderId', 'in', orderIds)
    for (const column of order) query = query.orderBy(column as 'id')
    read.push([table, (await query.execute()).map(exported)])
  }
  return Object.fromEntries(read) as Record<TableOfOrders, ExportedRecord[]>
}

/**
 * The absences of the citizen: those that a supplier registered, and those that count on the jobcenter's orders. Which
 * orders of somebody else they were held against too is not told.
 */
export const absencesOfCitizen = async (
  trx: Trx,
  { organisation }: Caller,
  citizenId: string,
  orderIds: readonly string[],
): Promise<ExportedRecord[]> => {
  const rows = await trx
    .selectFrom('absences')
    .selectAll()
    .where('citizenId', '=', citizenId)
    .where((eb) =>
      eb.or([
        ...(organisation.kinds.includes('supplier') ? [eb('supplierId', '=', organisation.id)] : []),
        sql<SqlBool>`held_against && ${orderIds}::uuid[]`,
      ]),
    )
    .orderBy('id')
    .execute()
  return rows.map(({ heldAgainst, ...row }) =>
    exported({ ...row, heldAgainst: heldAgainst.filter((id) => orderIds.includes(id)) }),
  )
}

/** The protocols of some orders in all their versions, each as it was frozen. */
export const protocolVersions = async (trx: Trx, orderIds: readonly string[]): Promise<ExportedRecord[]> => {
  const rows = await trx
    .selectFrom('protocolVersions')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .orderBy('orderId')
    .orderBy('month')
    .orderBy('version')
    .execute()
  return rows.map(({ content, ...row }) => exported({ ...row, content: JSON.parse(content) as unknown }))
}

/** The documents of some orders without their bytes, which their `contentUrl` gives. */
export const documentsOfOrders = async (
  trx: Trx,
  orderIds: readonly string[],
  publicUrl: string,
): Promise<ExportedRecord[]> => {
  const rows = await trx
    .selectFrom('documents')
    .select([
      'id',
      'orderId',
      'organisationId',
      'kind',
      'fileName',
      'contentType',
      'sizeBytes',
      'sha256',
      'description',
      'uploadedBy',
      'uploadedAt',
    ])
    .where('orderId', 'in', orderIds)
    .orderBy('id')
    .execute()
  return rows.map((row) => exported({ ...row, contentUrl: `${publicUrl}/v1/documents/${row.id}/content` }))
}

const parents = {
  absenceReaders: ['absenceId', 'organisationId'],
  citizenReferrals: ['absenceId', 'id'],
  reSummonsReminders: ['reSummonsId', 'id'],
  obligationExtensions: ['obligationId', 'id'],
} as const

/** What hangs on records that are exported: whom an absence was told, that the citizen was referred, reminders of a letter, extensions of a duty. */
export const recordsBelow = async (
  trx: Trx,
  table: keyof typeof parents,
  records: readonly ExportedRecord[],
): Promise<ExportedRecord[]> => {
  const [parent, second] = parents[table]
  const rows = await trx
    .selectFrom(table as 'obligationExtensions')
    .selectAll()
    .where(sql<SqlBool>`${sql.ref(parent)} = any (${records.map((record) => record['id'])}::uuid[])`)
    .orderBy(parent as 'obligationId')
    .orderBy(second as 'id')
    .execute()
  return rows.map(exported)
}

/**
 * The history of what is exported: the caller's own lines, found by what they are about. By the order alone there is no
 * index, and one more would cost every registration.
 */
export const historyOf = async (trx: Trx, entityIds: readonly unknown[]): Promise<ExportedRecord[]> => {
  const rows = await trx
    .selectFrom('changeLog')
    .select(['occurredAt', 'organisationId', 'registeredBy', 'action', 'entity', 'entityId', 'orderId', 'changes'])
    .where(sql<SqlBool>`entity_id = any (${entityIds}::uuid[])`)
    .orderBy('position')
    .execute()
  return rows.map(exported)
}

/**
 * When the citizen was looked up, by which organisation and operation and for which purpose, in lists too: by every
 * organisation, since it is the citizen's own list. Never who of its staff, whom else a list showed, or by which of another's
 * orders. Ours: an auditor's purpose is the citizen's to know; a CPR number in it, which is refused today, is left out. A
 * supplier, who may be the one that is inspected, gets `tilsyn` in its place, and what an inspection looks up once that is
 * closed or discarded; a jobcenter whose draft was never approved gets its own look-ups.
 */
export const lookupsOfCitizen = async (trx: Trx, citizenId: string): Promise<ExportedRecord[]> => {
  const { rows } = await sql<{ purpose: string | null }>`
    select occurred_at, organisation_id, operation, order_id, purpose
      from portal_lookups_of_citizen(${citizenId}::uuid)`.execute(trx)
  return rows.map((row) => exported({ ...row, purpose: row.purpose === null ? null : withoutCprNumbers(row.purpose) }))
}

/** The names of organisations, as the directory shows them to everybody. */
export const namesOfOrganisations = (trx: Trx, ids: readonly string[]) =>
  trx.selectFrom('organisations').select(['id', 'name']).where('id', 'in', ids).orderBy('name').execute()

/** The sections of every version of the report templates, with the titles of fields and choices, by `<id> v<version>`. */
export const templateSections = async (trx: Trx): Promise<ReadonlyMap<string, readonly TemplateSection[]>> => {
  const rows = await trx.selectFrom('reportTemplates').select(['id', 'version', 'sections']).execute()
  return new Map(
    rows.map(({ id, version, sections }) => [`${id} v${version}`, sections as unknown as readonly TemplateSection[]]),
  )
}

/** Danish words for the codes of all code sets, as they stand now. */
export const danishLabels = async (trx: Trx): Promise<ReadonlyMap<string, string>> => {
  const rows = await trx.selectFrom('codeValues').select(['code', 'labelDa']).orderBy('validFrom').execute()
  return new Map(rows.map(({ code, labelDa }) => [code, labelDa]))
}
