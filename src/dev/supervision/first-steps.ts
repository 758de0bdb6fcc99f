import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { LocalDate } from '#kernel/local-date.ts'
import { demo } from '../demo-world/demo.ts'
import { developmentSecret } from '../issuer/clients.ts'
import { issuerPath } from '../issuer/development-issuer.ts'

const order = demo.orders.currentAtKKassen

/**
 * The latest planned day, `today` at most, of the demo order that newcomers try, on which no absence stands; null when
 * each has one.
 */
export const freePlannedDay = async (ownerUrl: string, today: LocalDate): Promise<LocalDate | null> => {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const found = await client.query<{ date: LocalDate | null }>(
      `select max(p.date)::text as date from planned_days p
        where p.order_id = $1 and p.date <= $2 and not exists (
          select from absences a where a.supplier_id = p.supplier_id and a.citizen_id = p.citizen_id
             and a.date = p.date and a.withdrawn_at is null)`,
      [order.id, today],
    )
    return found.rows[0]?.date ?? null
  } finally {
    await client.end()
  }
}

const tokenCommand = (publicUrl: string, clientId: string): string =>
  `curl -s -u ${clientId}:${developmentSecret} -d grant_type=client_credentials ${publicUrl}${issuerPath}/token` +
  ` | sed -E 's/.*"access_token":"([^"]+)".*/\\1/'`

/**
 * Three commands to paste: a supplier's token, an absence that it registers, and K-kassen reading the event.
 * @param date the day of the absence; null when the demo order has no free one, which the text then says
 */
export const firstSteps = (publicUrl: string, date: LocalDate | null): string => {
  const absence = {
    orderId: order.id,
    activityId: order.activityId,
    date,
    wholeDay: true,
    reason: 'no-notice',
    registeredBy: { name: 'Nora Nordstrup', email: 'nora@leverandoer-nord.example' },
  }
  const register =
    date === null
      ? '# (every planned day of the demo order up to today has its absence; `npm run reset` begins anew)'
      : [
          `curl -s -X POST ${publicUrl}/v1/absences \\`,
          `  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
          `  -H 'Idempotency-Key: first-steps-${randomUUID()}' \\`,
          `  -d '${JSON.stringify(absence)}'`,
        ].join('\n')
  return [
    '# 1. A token for a supplier',
    `TOKEN=$(${tokenCommand(publicUrl, demo.organisations.supplierNord.clientId)})`,
    '',
    '# 2. The supplier registers that a citizen stayed away',
    register,
    '',
    '# 3. K-kassen reads the event, which is there a moment later',
    `sleep 1; curl -s ${publicUrl}/v1/events \\`,
    `  -H "Authorization: Bearer $(${tokenCommand(publicUrl, demo.organisations.kKassen.clientId)})"`,
  ].join('\n')
}
