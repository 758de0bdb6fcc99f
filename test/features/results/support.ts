import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import type { TestPortal } from '#test/support/test-portal.ts'

const { organisations } = demo

/** A course of a made world, and on which days after its beginning its milestones were reached. */
export type MadeCourse = {
  readonly id: string
  readonly supplier: keyof typeof suppliers
  readonly effortGroup: string | null
  readonly targetGroup: string
  readonly residenceMunicipality: string
  readonly jobcenterId: string
  readonly begunOn: LocalDate
  readonly milestones: Readonly<Record<string, number>>
}

export const suppliers = {
  nord: { ...organisations.supplierNord, agreementId: demo.agreements.supplierNord.id },
  syd: { ...organisations.supplierSyd, agreementId: demo.agreements.supplierSyd.id },
  center: {
    ...organisations.supplierBeskaeftigelsescenter,
    agreementId: demo.agreements.supplierBeskaeftigelsescenter.id,
  },
} as const

/** Pseudorandom numbers from 0 to 1 by a seed, so that a world that fails can be made again (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Courses as varied as results can tell apart, begun within two years before 2026-03-13. */
export const madeCourses = (seed: number, count: number): MadeCourse[] => {
  const next = seeded(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T
  return Array.from({ length: count }, () => ({
    id: newId(),
    supplier: pick(['nord', 'syd', 'center'] as const),
    effortGroup: pick(['company-course', 'preparation', 'clarification', null]),
    targetGroup: pick(['cash-benefit-activity-ready', 'unemployment-allowance', 'insured-unemployed']),
    residenceMunicipality: pick(['0101', '0101', '0155']),
    jobcenterId: pick([organisations.jobcenterMusvaagevej.id, organisations.jobcenterSkelbaekgade.id]),
    begunOn: addDays('2024-03-14' as LocalDate, Math.floor(next() * 730)),
    milestones: Object.fromEntries(
      ['cv', 'job', 'flex-job', 'motivation', 'rehabilitation-team-decision']
        .filter(() => next() < 0.5)
        // About a horizon, to the day, as often as anywhere.
        .map((milestone) => [
          milestone,
          next() < 0.4 ? pick([91, 92, 161, 182, 183, 364, 365]) : Math.floor(next() * 400),
        ]),
    ),
  }))
}

/** Writes made courses with their milestones, and one withdrawn milestone for each, which counts nowhere. */
export const writeCourses = async (portal: TestPortal, courses: readonly MadeCourse[]): Promise<void> => {
  const rows = courses.map((one) => ({
    ...one,
    supplierId: suppliers[one.supplier].id,
    agreementId: suppliers[one.supplier].agreementId,
    // Groups without the first-meeting procedure begin without one.
    firstAttendedOn: one.targetGroup === 'insured-unemployed' ? null : one.begunOn,
  }))
  await portal.sql(
    `insert into orders (id, jobcenter_id, supplier_id, framework_agreement_id, offer, target_group, effort_group, citizen_id,
       citizen_name, residence_municipality, start_date, end_date, ordered_minutes, first_meeting_at, delivery_address_id, caseworker,
       status, course_status, drafted_by, approved_by, approved_at, first_attended_on)
     select r.id, r."jobcenterId", r."supplierId", r."agreementId", 'clarification', r."targetGroup", r."effortGroup", o.citizen_id,
         o.citizen_name, r."residenceMunicipality", r."begunOn", r."begunOn" + 84, 600, o.first_meeting_at, o.delivery_address_id,
         o.caseworker, 'approved', case when r."firstAttendedOn" is null then 'awaiting-first-meeting' else 'attending' end,
         o.drafted_by, o.approved_by, o.approved_at, r."firstAttendedOn"
       from jsonb_to_recordset($1::jsonb) as r (id uuid, "jobcenterId" uuid, "supplierId" uuid, "agreementId" uuid, "targetGroup" text,
         "effortGroup" text, "residenceMunicipality" text, "begunOn" date, "firstAttendedOn" date), orders o where o.id = $2`,
    [JSON.stringify(rows), demo.orders.activityReady.id],
  )
  const milestones = rows.flatMap(({ id, begunOn, milestones: reached }) => [
    { id: newId(), orderId: id, milestone: 'cv', reachedOn: begunOn, withdrawn: true },
    ...Object.entries(reached).map(([milestone, days]) => ({
      id: newId(),
      orderId: id,
      milestone,
      reachedOn: addDays(begunOn, days),
      withdrawn: false,
    })),
  ])
  await portal.sql(
    `insert into milestones (id, order_id, supplier_id, citizen_id, milestone, reached_on, registered_by, registered_at, withdrawn_at, withdrawal)
     select r.id, o.id, o.supplier_id, o.citizen_id, r.milestone, r."reachedOn", '{}', now(),
         case when r.withdrawn then now() end, case when r.withdrawn then '{}'::jsonb end
       from jsonb_to_recordset($1::jsonb) as r (id uuid, "orderId" uuid, milestone text, "reachedOn" date, withdrawn boolean)
       join orders o on o.id = r."orderId"`,
    [JSON.stringify(milestones)],
  )
}
