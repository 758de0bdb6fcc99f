import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import type { TestDatabase } from '#test/support/test-database.ts'

const { organisations, orders } = demo

type Admin = TestDatabase['sql']

const absence = async (admin: Admin, order: (typeof orders)[keyof typeof orders], reader: string): Promise<void> => {
  const id = newId()
  await admin(
    `insert into absences (id, supplier_id, citizen_id, order_id, activity_id, date, whole_day, absent_minutes,
       planned_minutes, held_against, reason, residence_municipality, registered_at, due_on, days_late, first_arrived_at,
       registered_by, client_id, request_id, routed_to)
     values ($1, $2, $3, $4, $5, '2026-03-10', true, 120, 120, array[$4]::uuid[], 'no-notice', $6, now(), '2026-03-10', 0,
       now(), '{}', 'c', 'r', '[]')`,
    [id, order.supplierId, order.citizen.id, order.id, order.activityId, order.citizen.residenceMunicipality],
  )
  await admin(
    `insert into absence_readers (organisation_id, absence_id, supplier_id, received) values ($1, $2, $3, true)`,
    [reader, id, order.supplierId],
  )
}

const duty = async (admin: Admin, order: (typeof orders)[keyof typeof orders]): Promise<void> => {
  const id = await preparedDuty({ sql: admin }, { order })
  await admin(
    `insert into obligation_extensions (id, obligation_id, jobcenter_id, supplier_id, from_due_on, to_due_on, reason, agreed_by, agreed_at)
     values ($1, $2, $3, $4, '2026-03-16', '2026-03-20', 'r', '{}', now())`,
    [newId(), id, order.jobcenterId, order.supplierId],
  )
}

const courseLife = async (admin: Admin, order: (typeof orders)[keyof typeof orders]): Promise<void> => {
  await admin(
    `insert into order_amendments (id, order_id, jobcenter_id, amended_at, reason, before, after, amended_by)
     values ($1, $2, $3, now(), 'r', '{}', '{}', '{}')`,
    [newId(), order.id, order.jobcenterId],
  )
  await admin(
    `insert into leave_approvals (id, order_id, jobcenter_id, supplier_id, citizen_id, from_date, to_date, reason, approved_by, created_at)
     values ($1, $2, $3, $4, $5, '2026-03-11', '2026-03-11', 'r', '{}', now())`,
    [newId(), order.id, order.jobcenterId, order.supplierId, order.citizen.id],
  )
  await admin(
    `insert into documents (id, organisation_id, order_id, kind, file_name, content_type, size_bytes, sha256, uploaded_at, content)
     values ($1, $2, $3, 'other', 'bilag.pdf', 'application/pdf', 1, sha256('x'), now(), 'x')`,
    [newId(), order.supplierId, order.id],
  )
}

/** What supplier and K-kassen tell each other about an order that K-kassen decides on (§ 8). */
const betweenParties = async (
  admin: Admin,
  order: (typeof orders)[keyof typeof orders],
  readers: string[],
): Promise<void> => {
  const { id: orderId, supplierId, jobcenterId } = order
  await admin(
    `insert into notices (id, order_id, supplier_id, jobcenter_id, recipient_ids, kind, text_cipher, text_key, registered_by, created_at)
     values ($1, $2, $3, $4, $5, 'other', '', 'k', '{}', now())`,
    [newId(), orderId, supplierId, jobcenterId, [jobcenterId, ...readers]],
  )
  await admin(
    `insert into contact_requests (id, order_id, benefits_office_id, supplier_id, jobcenter_id, text_cipher, text_key, registered_by, created_at, due_on)
     values ($1, $2, $3, $4, $5, '', 'k', '{}', now(), '2026-03-13')`,
    [newId(), orderId, organisations.kKassen.id, supplierId, jobcenterId],
  )
  await admin(
    `insert into citizen_referrals (id, absence_id, order_id, supplier_id, referred_on, registered_by, created_at)
     select $1, a.id, a.order_id, a.supplier_id, a.date, '{}', now() from absences a where a.order_id = $2`,
    [newId(), orderId],
  )
}

/** A missed first meeting with its letter and reminder, and a day that was excused before the citizen came (§ 7). */
const firstMeeting = async (
  admin: Admin,
  order: (typeof orders)[keyof typeof orders],
  readers: string[],
): Promise<void> => {
  const ofOrder = [order.id, order.supplierId, order.citizen.id]
  const reSummons = newId()
  await admin(
    `insert into first_meeting_outcomes (id, order_id, supplier_id, citizen_id, outcome, met_on, times_missed, registered_by, registered_at)
     values ($1, $2, $3, $4, 'missed', '2026-03-02', 1, '{}', now())`,
    [newId(), ...ofOrder],
  )
  await admin(
    `insert into re_summons (id, order_id, supplier_id, citizen_id, missed_on, letter_sent_on, letter_method, letter_due_on,
       letter_late, new_meeting_at, reader_ids, registered_by, registered_at)
     values ($1, $2, $3, $4, '2026-03-02', '2026-03-03', 'quick-letter', '2026-03-03', false, now(), $5, '{}', now())`,
    [reSummons, ...ofOrder, readers],
  )
  await admin(
    `insert into re_summons_reminders (id, re_summons_id, supplier_id, channel, at, registered_by, registered_at)
     values ($1, $2, $3, 'sms', now(), '{}', now())`,
    [newId(), reSummons, order.supplierId],
  )
  await admin(
    `insert into excused_days (order_id, supplier_id, citizen_id, date, code, registered_by, registered_at)
     values ($1, $2, $3, '2026-03-03', 'sick', '{}', now())`,
    ofOrder,
  )
}

/** A recorded day in its first version, and its month as it was submitted (§ 5). */
const bothRegisters = async (admin: Admin, order: (typeof orders)[keyof typeof orders]): Promise<void> => {
  const ofOrder = [order.id, order.supplierId, order.citizen.id]
  await admin(
    `insert into attendance_days (order_id, supplier_id, citizen_id, date, planned_minutes, attended_minutes, sick_minutes, entries,
       recorded_late, first_recorded_at, recorded_at)
     values ($1, $2, $3, '2026-03-10', 120, 0, 120, '[]', false, now(), now())`,
    ofOrder,
  )
  await admin(
    `insert into attendance_day_versions (order_id, supplier_id, date, version, entries, recorded_at, registered_by, client_id, request_id)
     values ($1, $2, '2026-03-10', 1, '[]', now(), '{}', 'c', 'r')`,
    [order.id, order.supplierId],
  )
  await admin(
    `insert into protocol_months (order_id, supplier_id, citizen_id, month, jobcenter_id, version, incomplete, submitted_at)
     values ($1, $2, $3, '2026-03', $4, 1, false, now())`,
    [...ofOrder, order.jobcenterId],
  )
  await admin(
    `insert into protocol_versions (id, order_id, month, version, supplier_id, content, sha256, incomplete, submitted_by, submitted_at, client_id, request_id)
     values ($1, $2, '2026-03', 1, $3, '{}', sha256('{}'), false, '{}', now(), 'c', 'r')`,
    [newId(), order.id, order.supplierId],
  )
}

/** A returned report in its first version, what the jobcenter asked for, and the course's progress (§ 2, § 3, 004). */
const reporting = async (admin: Admin, order: (typeof orders)[keyof typeof orders]): Promise<void> => {
  const { id: orderId, supplierId, jobcenterId } = order
  const [report, template] = [newId(), '01890000-0000-7000-8000-0000000f0001']
  const ofOrder = [orderId, supplierId, order.citizen.id]
  await admin(
    `insert into reports (id, order_id, supplier_id, citizen_id, jobcenter_id, kind, subject, status, template_id, template_version, version, submitted_at)
     values ($1, $2, $3, $4, $5, 'final', 'final', 'returned', $6, 1, 1, now())`,
    [report, ...ofOrder, jobcenterId, template],
  )
  await admin(
    `insert into report_versions (report_id, version, supplier_id, template_id, template_version, content_cipher, content_key, sha256, submitted_by, submitted_at, client_id, request_id)
     values ($1, 1, $2, $3, 1, '', 'k', sha256('{}'), '{}', now(), 'c', 'r')`,
    [report, supplierId, template],
  )
  await admin(
    `insert into report_returns (report_id, version, jobcenter_id, reason_cipher, reason_key, due_on, returned_by, returned_at)
     values ($1, 1, $2, '', 'k', '2026-04-10', '{}', now())`,
    [report, jobcenterId],
  )
  await admin(
    `insert into report_requests (id, order_id, jobcenter_id, supplier_id, kind, due_on, requested_by, requested_at)
     values ($1, $2, $3, $4, 'handover', '2026-04-10', '{}', now())`,
    [newId(), orderId, jobcenterId, supplierId],
  )
  await admin(
    `insert into focus_areas (order_id, supplier_id, citizen_id, version, areas, registered_by, registered_at)
     values ($1, $2, $3, 1, '[]', '{}', now())`,
    ofOrder,
  )
  await admin(
    `insert into milestones (id, order_id, supplier_id, citizen_id, milestone, reached_on, registered_by, registered_at)
     values ($1, $2, $3, $4, 'cv', '2026-03-10', '{}', now())`,
    [newId(), ...ofOrder],
  )
}

/** An inspection of one order with a finding, drawn by Copenhagen's auditor. */
const inspection = async (admin: Admin, order: (typeof orders)[keyof typeof orders]): Promise<void> => {
  const id = newId()
  const { id: orderId, supplierId, frameworkAgreementId, targetGroup } = order
  const { residenceMunicipality } = order.citizen
  const { id: auditor, clientId } = organisations.auditorKoebenhavn
  await admin(
    `insert into inspections (id, organisation_id, client_id, request_id, supplier_id, seed, seed_given_by, running_asked, ended_asked, drawn_on,
       ended_from, drawn_at, drawn_by, population_sha256, population, courses)
     values ($1, $2, $3, 'q', $4, 's', 'person', 1, 0, '2026-03-13', '2025-03-13', now(), '{}', sha256('x'), 1, 1)`,
    [id, auditor, clientId, supplierId],
  )
  await admin(
    `insert into inspection_strata (inspection_id, phase, framework_agreement_id, target_group, residence_municipality, population, drawn)
     values ($1, 'running', $2, $3, $4, 1, 1)`,
    [id, frameworkAgreementId, targetGroup, residenceMunicipality],
  )
  await admin(
    `insert into inspection_courses (inspection_id, order_id, order_number, phase, supplier_id, framework_agreement_id, target_group,
       residence_municipality)
     values ($1, $2, 'B', 'running', $3, $4, $5, $6)`,
    [id, orderId, supplierId, frameworkAgreementId, targetGroup, residenceMunicipality],
  )
  await admin(
    `insert into inspection_findings (inspection_id, order_id, control_point, version, organisation_id, outcome, registered_by,
       registered_at, client_id, request_id)
     values ($1, $2, 'plan-complete', 1, $3, 'in-order', '{}', now(), $4, 'q')`,
    [id, orderId, auditor, clientId],
  )
}

/** A settlement of one order's month, as its municipality's own were told it (000). */
const settled = async (admin: Admin, order: (typeof orders)[keyof typeof orders]): Promise<void> => {
  const [id, { id: auditor, clientId }] = [newId(), organisations.auditorKoebenhavn]
  await admin(
    `insert into settlements (id, municipality, month, as_of, sha256, lines_of, organisation_id, client_id, request_id, counted_at)
     values ($1, $2, '2026-03', clock_timestamp() + random() * interval '1 hour', sha256('x'), $1, $3, $4, 'q', now())`,
    [id, order.citizen.residenceMunicipality, auditor, clientId],
  )
  await admin(
    `insert into settlement_lines (settlement_id, position, citizen_id, order_id, order_number, supplier_id, supplier_name,
       supplier_kind, jobcenter_id, framework_agreement_id, agreement_title, unit_price_oere, first_day, last_day, days,
       delivered_minutes, after_end_minutes, amount_oere)
     values ($1, 0, $2, $3, 'B', $4, 's', 'external', $5, $6, 'a', 60000, '2026-03-10', '2026-03-10', 1, 60, 0, 60000)`,
    [id, order.citizen.id, order.id, order.supplierId, order.jobcenterId, order.frameworkAgreementId],
  )
}

/**
 * Puts rows where the demo world has none: absences of three orders, and one row of each kind for every organisation.
 * @param admin runs SQL that no policy limits
 */
export const fillEveryTable = async (admin: Admin): Promise<void> => {
  await absence(admin, orders.activityReady, organisations.kKassen.id)
  await absence(admin, orders.dragoer, organisations.ydelseDragoer.id)
  await absence(admin, orders.supplierSyd, organisations.jobcenterSkelbaekgade.id)
  for (const order of [orders.activityReady, orders.dragoer, orders.supplierSyd]) await duty(admin, order)
  for (const order of [orders.activityReady, orders.dragoer, orders.supplierSyd]) await courseLife(admin, order)
  await betweenParties(admin, orders.activityReady, [organisations.kKassen.id])
  await betweenParties(admin, orders.dragoer, [organisations.kKassen.id, organisations.ydelseDragoer.id])
  await betweenParties(admin, orders.supplierSyd, [organisations.kKassen.id])
  for (const order of [orders.activityReady, orders.dragoer, orders.supplierSyd]) await bothRegisters(admin, order)
  for (const order of [orders.activityReady, orders.dragoer, orders.supplierSyd]) await reporting(admin, order)
  for (const order of [orders.activityReady, orders.dragoer, orders.supplierSyd]) await inspection(admin, order)
  for (const order of [orders.activityReady, orders.dragoer, orders.supplierSyd]) await settled(admin, order)
  await firstMeeting(admin, orders.activityReady, [])
  await firstMeeting(admin, orders.dragoer, [organisations.ydelseDragoer.id])
  await firstMeeting(admin, orders.supplierSyd, [])
  await admin(
    `insert into report_templates (id, version, kind, title, valid_from) values ($1, 1, 'final', 't', '2026-01-01')`,
    [newId()],
  )
  for (const { id, clientId } of Object.values(organisations)) {
    await admin(
      `insert into protocol_imports (id, organisation_id, month, dry_run, format, sha256, status, registered_by, client_id, request_id, arrived_at)
       values ($1, $2, '2026-03', true, 'csv', sha256('x'), 'completed', '{}', $3, 'q', now())`,
      [newId(), id, clientId],
    )
    await admin(
      `insert into page_sessions (id, token_hash, organisation_id, client_id, subject, person_name, expires_at)
       values ($1, sha256($2::text::bytea), $3, $2, 's', 'n', now() + interval '1 hour')`,
      [newId(), clientId, id],
    )
    await admin(
      `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, request_id) values ($1, now(), $2, $3, 'o', 'r', 'q')`,
      [newId(), clientId, id],
    )
    await admin(
      `insert into change_log (id, occurred_at, client_id, organisation_id, action, entity, entity_id, request_id) values ($1, now(), $2, $3, 'a', 'e', $1, 'q')`,
      [newId(), clientId, id],
    )
    await admin(
      `insert into lookups (id, occurred_at, client_id, organisation_id, operation, request_id) values ($1, now(), $2, $3, 'o', 'q')`,
      [newId(), clientId, id],
    )
    await admin(
      `insert into idempotency_keys (client_id, key_digest, organisation_id, fingerprint, status, headers, body) values ($1, 'k', $2, '', 201, '{}', '')`,
      [clientId, id],
    )
    const [endpoint, event] = [newId(), newId()]
    await admin(
      `insert into webhook_endpoints (id, organisation_id, url, event_types) values ($1, $2, 'https://x.example', '{*}')`,
      [endpoint, id],
    )
    await admin(
      `insert into webhook_secrets (endpoint_id, number, organisation_id, secret_cipher, secret_key) values ($1, 1, $2, '', 'k')`,
      [endpoint, id],
    )
    await admin(
      `insert into events (id, type, occurred_at, producer_id, recipients, data, path, sequence) values ($1, 't', now(), $2, array[$3]::uuid[], '{}', '/', nextval('order_numbers'))`,
      [event, organisations.jobcenterMusvaagevej.id, id],
    )
    await admin(
      `insert into event_feed (organisation_id, sequence, event_id) select $1, sequence, id from events where id = $2`,
      [id, event],
    )
    await admin(`insert into event_feed_floors (organisation_id, sequence) values ($1, 0)`, [id])
    await admin(`insert into webhook_queues (endpoint_id, organisation_id) values ($1, $2)`, [endpoint, id])
    await admin(`insert into webhook_backlogs (endpoint_id, after, up_to) values ($1, 0, 1)`, [endpoint])
    const delivery = newId()
    await admin(
      `insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, event_type, sequence, status)
       values ($1, $2, $3, $4, 't', 1, 'pending')`,
      [delivery, endpoint, id, event],
    )
    await admin(
      `insert into webhook_attempts (delivery_id, number, endpoint_id, organisation_id, at, milliseconds)
       values ($1, 1, $2, $3, now(), 1)`,
      [delivery, endpoint, id],
    )
  }
  // What the worker counts from all that, and a cell that is to be counted again.
  await admin(`select portal_refresh_compliance(100000, now(), 1)`)
  await admin(`insert into compliance_touched (source, supplier_id, day) values ('absences', $1, '2026-03-10')`, [
    organisations.supplierNord.id,
  ])
  await admin(`insert into compliance_writers (virtual_transaction, since) values ('9/1', now())`)
  await admin(`insert into compliance_redefined (target_group) values ('resource-course')`)
  // A look-up of a citizen, and everything that was logged with its link, as the worker seals it.
  const { auditorDragoer } = organisations
  await admin(
    `insert into lookups (id, occurred_at, client_id, organisation_id, operation, citizen_id, order_id, request_id)
     values ($1, now(), $2, $3, 'o', $4, $5, 'q')`,
    [newId(), auditorDragoer.clientId, auditorDragoer.id, orders.dragoer.citizen.id, orders.dragoer.id],
  )
  await admin(`select portal_seal_audit(100000, 1)`)
  await admin(
    `insert into audit_checkpoints (number, hash, at, key_id, public_key, signature)
     select last, hash, now(), 'k', '{}', 's' from audit_tail`,
  )
}
