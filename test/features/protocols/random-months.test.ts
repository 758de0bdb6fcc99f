import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import {
  plainAnswer,
  type RandomMonth,
  type RandomOrder,
  randomDates,
  randomMonth,
} from '#test/rules/protocol/random-month.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { submit } from './support.ts'

let portal: TestPortal
const supplierId = demo.organisations.supplierNord.id
const { activityReady } = demo.orders

/** A copy of the demo's attending order, of another citizen. */
const orderOf = async (order: RandomOrder, citizenId: string): Promise<string> => {
  const [id, activities] = [newId(), [newId(), newId()]]
  await portal.sql(`insert into orders select (jsonb_populate_record(o, $2::jsonb)).* from orders o where o.id = $1`, [
    activityReady.id,
    JSON.stringify({
      id,
      order_number: `R-${id.slice(-8)}-${randomBytes(3).toString('hex')}`,
      citizen_id: citizenId,
      target_group: order.procedure ? 'cash-benefit-activity-ready' : 'insured-unemployed',
      first_attended_on: order.firstAttendedOn,
      course_status: order.endedOn === null ? 'attending' : 'ended',
      status: order.endedOn === null ? 'approved' : 'ended',
      ended_on: order.endedOn,
    }),
  ])
  for (const activityId of activities) {
    await portal.sql(
      `insert into activities select (jsonb_populate_record(a, $2::jsonb)).* from activities a where a.id = $1`,
      [activityReady.activityId, JSON.stringify({ id: activityId, order_id: id })],
    )
  }
  const planned = order.days.flatMap((day, index) =>
    day.planned.flatMap((minutes, activity) =>
      minutes > 0 ? [{ date: randomDates[index], activity: activities[activity], minutes }] : [],
    ),
  )
  await portal.sql(
    `insert into planned_days (order_id, date, activity_id, supplier_id, citizen_id, planned_minutes)
     select $1, d.date, d.activity, $2, $3, d.minutes from jsonb_to_recordset($4::jsonb) as d (date date, activity uuid, minutes integer)`,
    [id, supplierId, citizenId, JSON.stringify(planned)],
  )
  for (const [index, { recorded }] of order.days.entries()) {
    if (recorded === null) continue
    const sum = (member: 'attended' | 'unauthorised' | 'sick' | 'leave'): number =>
      recorded.reduce((all, entry) => all + entry[member], 0)
    const entries = recorded.map((entry) => ({
      activityId: activities[entry.activity],
      plannedMinutes: entry.attended + entry.unauthorised + entry.sick + entry.leave,
      attendedMinutes: entry.attended,
      absent: [
        { code: 'unauthorised', minutes: entry.unauthorised },
        { code: 'sick-reported', minutes: entry.sick },
        { code: 'approved-leave', minutes: entry.leave },
      ].filter((part) => part.minutes > 0),
    }))
    const all = sum('attended') + sum('unauthorised') + sum('sick') + sum('leave')
    await portal.sql(
      `insert into attendance_days (order_id, date, supplier_id, citizen_id, planned_minutes, attended_minutes, unauthorised_minutes,
         sick_minutes, leave_minutes, entries, recorded_late, first_recorded_at, recorded_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, false, now(), now())`,
      [
        id,
        randomDates[index],
        supplierId,
        citizenId,
        all,
        sum('attended'),
        sum('unauthorised'),
        sum('sick'),
        sum('leave'),
        JSON.stringify(entries),
      ],
    )
  }
  await portal.sql(
    `insert into attendance_day_versions (order_id, date, version, supplier_id, entries, recorded_at, registered_by, client_id, request_id)
       select order_id, date, version, supplier_id, entries, recorded_at, '{"name":"Liv"}', 'c', 'r' from attendance_days where order_id = $1`,
    [id],
  )
  return id
}

/** Puts a random month into the registers. @returns the order whose protocol is submitted */
const enact = async (month: RandomMonth): Promise<string> => {
  const citizenId = newId()
  await portal.sql(`insert into citizens (id, cpr_cipher, cpr_key, cpr_lookup) values ($1, '\\x00', 'k1', $2)`, [
    citizenId,
    randomBytes(32),
  ])
  const orders: string[] = []
  for (const order of month.orders) orders.push(await orderOf(order, citizenId))
  const absences = new Map<number, string>()
  for (const [index, registration] of month.registrations.entries()) {
    if (registration === null) continue
    const { minutes, withdrawn } = registration
    const absenceId = newId()
    absences.set(index, absenceId)
    await portal.sql(
      `insert into absences (id, supplier_id, citizen_id, order_id, activity_id, date, whole_day, absent_minutes, planned_minutes, held_against,
         reason, residence_municipality, registered_at, due_on, days_late, first_arrived_at, registered_by, client_id, request_id, routed_to,
         withdrawn_at, withdrawal)
       values ($1, $2, $3, $4, $5, $6, false, $7, 1440, $8, $9, '0101', now(), $6, 0, now(), '{"name":"Liv"}', 'c', 'r', '[]',
         case when $10 then now() end, case when $10 then '{"reason":"fejl","by":{"name":"Liv"}}'::jsonb end)`,
      [
        absenceId,
        supplierId,
        citizenId,
        orders[registration.names],
        activityReady.activityId,
        randomDates[index],
        minutes,
        registration.heldAgainst.map((place) => orders[place]),
        registration.reason,
        withdrawn,
      ],
    )
  }
  const leave = month.orders.flatMap((order, place) =>
    order.days.flatMap(({ leaveBefore, leaveAfter }, index) =>
      [
        { minutes: leaveBefore, after: [] },
        { minutes: leaveAfter, after: absences.has(index) ? [absences.get(index)] : [] },
      ]
        .filter((one) => one.minutes !== 0)
        .map((one) => ({ ...one, id: newId(), order: orders[place], date: randomDates[index] })),
    ),
  )
  await portal.sql(
    `insert into leave_approvals (id, order_id, jobcenter_id, supplier_id, citizen_id, from_date, to_date, minutes, reason, approved_by,
       created_at, given_after)
     select l.id, o.id, o.jobcenter_id, o.supplier_id, o.citizen_id, l.date, l.date, l.minutes, 'x', '{"name":"Sally"}', now(), l.after
       from jsonb_to_recordset($1::jsonb) as l (id uuid, "order" uuid, date date, minutes integer, after uuid[])
       join orders o on o.id = l."order"`,
    [JSON.stringify(leave)],
  )
  return orders[0] ?? ''
}

beforeAll(async () => {
  portal = await testPortal()
})

test('§ 5: over HTTP, random months are accepted exactly when the rule, said plainly, accepts them', async () => {
  await fc.assert(
    fc.asyncProperty(randomMonth, async (month) => {
      portal.clock.set(`${month.today}T20:00:00.000Z`)
      const id = await enact(month)
      const answer = await submit(portal, { id }, '2026-03')
      const said = answer.status === 201 ? 'allowed' : answer.body.code
      expect(said).toBe(plainAnswer(month))
    }),
    { numRuns: 150, endOnFailure: true },
  )
})
