import pg from 'pg'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Checkpoint } from '#platform/audit/checkpoints.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import { recordRefusals } from '#platform/audit/refusals.ts'
import { sealAudit } from '#platform/audit/sealer.ts'
import { type AuditVerification, verifyAudit } from '#platform/audit/verify-audit.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestDatabase, testDatabase } from '#test/support/test-database.ts'

const { organisations, orders } = demo

/** A request of an organisation, as far as the log is concerned. */
export const requestOf = (organisation: { id: string; clientId: string }): PortalRequest =>
  ({
    id: newId(),
    arrivedAt: '2026-03-13T10:00:00.000Z',
    caller: {
      clientId: organisation.clientId,
      organisation: { id: organisation.id, name: 'n', kinds: [] },
      scopes: [],
    },
  }) as unknown as PortalRequest

/** One change of an order. @returns the row's id */
export const writtenChange = async (world: TestDatabase): Promise<void> =>
  inTransaction(world.database, organisations.supplierNord.id, (trx) =>
    recordChange(trx, requestOf(organisations.supplierNord), {
      action: 'plan.put',
      entity: 'order',
      entityId: orders.activityReady.id,
      orderId: orders.activityReady.id,
      registeredBy: { name: 'Nora "N" Nordstrup\n', email: 'nora@nord.example' },
      changes: { days: 2, æ: ['ø', null, 1.5], nested: { b: 1, a: 2 } },
    }),
  )

/** One look-up of an order's citizen. */
export const writtenLookup = async (
  world: TestDatabase,
  given: { order?: (typeof orders)[keyof typeof orders]; citizenIds?: string[]; operation?: string } = {},
): Promise<void> => {
  const { order = orders.activityReady, citizenIds, operation = 'getOrder' } = given
  const request = requestOf(organisations.supplierNord)
  const about = citizenIds
    ? { citizenId: null, orderId: null, citizenIds }
    : { citizenId: order.citizen.id, orderId: order.id }
  await inTransaction(world.database, organisations.supplierNord.id, (trx) =>
    recordLookup(trx, request, { operation, ...about, purpose: null }),
  )
}

/** One refused write about an order. */
export const writtenRefusal = (world: TestDatabase): Promise<void> =>
  recordRefusals(world.database, { ...requestOf(organisations.supplierNord), operation: 'registerAbsence' }, [
    { rule: 'sick-leave-not-in-portal', orderId: orders.activityReady.id },
  ])

/** Seals until nothing is left. @returns how many rows that were */
export const sealAll = async (world: TestDatabase): Promise<number> => {
  let rows = 0
  for (;;) {
    const round = await sealAudit(world.workerDatabase)
    if (round === 'held-elsewhere') continue
    if (round === 0) return rows
    rows += round
  }
}

/** A database whose log has four rounds of a change, two look-ups and a refusal, sealed. */
export const sealedLog = async (): Promise<TestDatabase> => {
  const world = await testDatabase()
  for (let n = 0; n < 4; n++) {
    await writtenChange(world)
    await writtenLookup(world)
    await writtenLookup(world, {
      citizenIds: [orders.activityReady.citizen.id, orders.dragoer.citizen.id],
      operation: 'listOrders',
    })
    await writtenRefusal(world)
    await sealAll(world)
  }
  return world
}

/** Verifies as the owner, in batches of a few rows so that their seams are crossed. */
export const verified = async (
  world: TestDatabase,
  options: { outside?: Checkpoint[]; trustedKeys?: string[]; batch?: number; url?: string } = {},
): Promise<AuditVerification> => {
  const client = new pg.Client({ connectionString: options.url ?? world.ownerUrl })
  await client.connect()
  try {
    const { outside = [], trustedKeys = null, batch = 5 } = options
    return await verifyAudit(client, { outside, trustedKeys, batch })
  } finally {
    await client.end()
  }
}

/** Changes history as a superuser can, past triggers. */
export const tamper = async (world: TestDatabase, statements: string): Promise<void> => {
  await world.sql(`begin; set local session_replication_role = replica; ${statements}; commit`)
}

/** What a link stands for: the table, id and position of its row. */
export const rowAt = async (world: TestDatabase, number: number) => {
  const [row] = await world.sql<{ source: string; row_id: string; position: string }>(
    'select source, row_id, position from audit_chain where number = $1',
    [number],
  )
  if (!row) throw new Error(`no link ${number}`)
  const table = { change: 'change_log', 'look-up': 'lookups', refusal: 'refusals' }[row.source] ?? ''
  return { table, id: row.row_id, position: Number(row.position) }
}

/** The first number of rows of one source. */
export const firstOf = async (world: TestDatabase, source: string): Promise<number> => {
  const [row] = await world.sql<{ number: string }>('select min(number) as number from audit_chain where source = $1', [
    source,
  ])
  return Number(row?.number)
}

/** The chain's last number. */
export const lastOf = async (world: TestDatabase): Promise<number> => {
  const [row] = await world.sql<{ last: string }>('select max(number) as last from audit_chain')
  return Number(row?.last)
}

/** Takes the chain's end away with everything in the database that remembers it, the stored checkpoints included. */
export const cutOff = (world: TestDatabase, from: number): Promise<void> =>
  tamper(
    world,
    `delete from change_log r using audit_chain c where c.source = 'change' and c.position = r.position and c.number >= ${from};
     delete from lookups r using audit_chain c where c.source = 'look-up' and c.position = r.position and c.number >= ${from};
     delete from refusals r using audit_chain c where c.source = 'refusal' and c.position = r.position and c.number >= ${from};
     delete from audit_chain where number >= ${from}; delete from audit_citizens where number >= ${from};
     delete from audit_checkpoints where number >= ${from};
     update audit_tail set (last, hash) = (select number, hash from audit_chain order by number desc limit 1);
     update audit_sealing s set fresh = '{}', fading = '{}',
       high = coalesce((select max(c.position) from audit_chain c where c.source = s.source), 0)`,
  )
