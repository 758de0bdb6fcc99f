import { heldResponse, requestSealedIn } from '#features/contact-requests/contact-request-document.ts'
import { sealedIn as noticeSealedIn } from '#features/notices/read-notices.ts'
import { contentText, sealContent } from '#features/reports/report-content.ts'
import { sealReason } from '#features/reports/report-document.ts'
import { seal } from '#platform/crypto/keyring.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { fillEveryTable } from '#test/platform/db/fill-every-table.ts'
import { testKeyring } from '#test/support/test-keyring.ts'
import type { TestPortal } from '#test/support/test-portal.ts'

type Order = (typeof demo.orders)[keyof typeof demo.orders]

/** Gives the texts that stand encrypted a text that can be read: each names its order. */
const sealTexts = async (portal: TestPortal): Promise<void> => {
  const each = (table: string, columns = 'id, order_id as "orderId"') =>
    portal.sql<{ id: string; orderId: string; version: number }>(`select ${columns} from ${table}`)
  for (const { id, orderId } of await each('notices')) {
    const { key, cipher } = seal(testKeyring, `Oplysning om ${orderId}`, noticeSealedIn(id))
    await portal.sql('update notices set text_cipher = $2, text_key = $3 where id = $1', [id, cipher, key])
  }
  for (const { id, orderId } of await each('contact_requests')) {
    const { key, cipher } = seal(testKeyring, `Ring om ${orderId}`, requestSealedIn(id))
    const response = heldResponse(testKeyring, id, {
      reached: true,
      text: `Svar om ${orderId}`,
      registeredBy: { name: 'Liv' },
    })
    await portal.sql(
      'update contact_requests set text_cipher = $2, text_key = $3, response = $4, responded_at = now() where id = $1',
      [id, cipher, key, JSON.stringify(response)],
    )
  }
  const versions = await each(
    'report_versions v join reports r on r.id = v.report_id',
    'v.report_id as id, v.version, r.order_id as "orderId"',
  )
  for (const { id, version, orderId } of versions) {
    const { text } = contentText({
      sections: { development: `Udvikling på ${orderId} <b>&` },
      focusAreas: [{ area: 'health', start: 4, end: 8 }],
      milestones: [],
      confirmations: [],
    })
    const { key, cipher } = sealContent(testKeyring, text, id, version)
    await portal.sql(
      'update report_versions set content_cipher = $3, content_key = $4 where report_id = $1 and version = $2',
      [id, version, cipher, key],
    )
    const reason = sealReason(testKeyring, `Returneret på ${orderId}`, id, version)
    await portal.sql(
      'update report_returns set reason_cipher = $3, reason_key = $4 where report_id = $1 and version = $2',
      [id, version, reason.cipher, reason.key],
    )
  }
}

/** What the portal kept about an order beside its tables: a refusal, a line of history and a look-up of each party. */
const traces = async (portal: TestPortal, order: Order): Promise<void> => {
  // As every absence that is registered: its orders' jobcenters read it.
  await portal.sql(
    `insert into absence_readers (organisation_id, absence_id, supplier_id, received)
     select $1, id, supplier_id, false from absences where order_id = $2 on conflict do nothing`,
    [order.jobcenterId, order.id],
  )
  for (const [client, organisation] of [
    ['a-supplier', order.supplierId],
    ['a-jobcenter', order.jobcenterId],
  ]) {
    await portal.sql(
      `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, order_id, request_id)
       values ($1, now(), $2, $3, 'o', 'r', $4, 'q')`,
      [newId(), client, organisation, order.id],
    )
    await portal.sql(
      `insert into change_log (id, occurred_at, client_id, organisation_id, action, entity, entity_id, order_id, request_id)
       values ($1, now(), $2, $3, 'planned', 'order', $4, $4, 'q')`,
      [newId(), client, organisation, order.id],
    )
    await portal.sql(
      `insert into lookups (id, occurred_at, client_id, organisation_id, operation, citizen_id, order_id, request_id)
       values ($1, now(), $2, $3, 'getOrder', $4, $5, 'q')`,
      [newId(), client, organisation, order.citizen.id, order.id],
    )
  }
}

/** The orders that every table says something of: two citizens at supplier-nord, and one at supplier-syd. */
export const filledOrders = [demo.orders.activityReady, demo.orders.dragoer, demo.orders.supplierSyd] as const

/** Fills every table with what belongs to three citizens at two suppliers. */
export const fillAll = async (portal: TestPortal): Promise<void> => {
  await fillEveryTable(portal.sql)
  await sealTexts(portal)
  for (const order of filledOrders) await traces(portal, order)
}
