import pg from 'pg'
import { localDateAt } from '#kernel/instant.ts'
import { addDays, dayNumber, type LocalDate } from '#kernel/local-date.ts'
import { systemClock } from '#platform/clock.ts'
import { demo } from '#src/dev/demo-world/demo.ts'

/** Planned days of each citizen: Monday to Friday of the two weeks before this one. */
const plannedDays = 10
/** Odd and not a multiple of 5, so that its multiples modulo a power of ten visit every citizen once. */
const stride = 61_803

/** Which absences can be registered: every citizen on every planned day, once. */
export type World = {
  readonly citizens: number
  readonly days: readonly LocalDate[]
  /** How many absences there are to register in all. */
  readonly capacity: number
}

/** The body of `POST /v1/absences`. */
export type AbsenceBody = {
  readonly orderId: string
  readonly activityId: string
  readonly date: LocalDate
  readonly wholeDay: true
  readonly reason: string
  readonly registeredBy: { readonly name: string; readonly email: string }
}

const kinds = { citizen: 'c', order: 'd', activity: 'a' } as const
/** Some weeks after the ids of a large history: the results read milestones by when the ids of their orders were made. */
const idPrefix = (kind: keyof typeof kinds): string => `018a0000-0000-7000-8000-${kinds[kind]}`
const idOf = (kind: keyof typeof kinds, number: number): string =>
  `${idPrefix(kind)}${String(number).padStart(11, '0')}`
const sqlId = (kind: keyof typeof kinds): string => `('${idPrefix(kind)}' || lpad(n::text, 11, '0'))::uuid`

/** The order of that citizen. */
export const orderNumber = (citizen: number): string => idOf('order', citizen)

const registeredBy = { name: 'Nora Nordstrup', email: 'nora@leverandoer-nord.example' }

/** The absence of that number, from 0 below the world's capacity: all citizens on one day, in mixed order, then the next. */
export const absenceNumber = (world: World, number: number): AbsenceBody => {
  const citizen = (number * stride) % world.citizens
  const date = world.days[Math.floor(number / world.citizens)]
  if (date === undefined) throw new Error('the world has no more absences: give more citizens or fewer seconds')
  return {
    orderId: idOf('order', citizen),
    activityId: idOf('activity', citizen),
    date,
    wholeDay: true,
    reason: 'no-notice',
    registeredBy,
  }
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

const twoWeeks = (today: LocalDate): LocalDate[] => {
  const monday = addDays(today, -((dayNumber(today) + 3) % 7) - 14)
  return [0, 1, 2, 3, 4, 7, 8, 9, 10, 11].map((days) => addDays(monday, days))
}

/**
 * Fills a migrated and seeded database with citizens who each have one approved, attending order of supplier-nord with
 * an activity and a plan. As superuser and without foreign-key checks, which would be most of the time.
 * @param adminUrl the database as superuser
 * @param days the planned days; the last two weeks' when they are not given
 */
export const loadWorld = async (
  adminUrl: string,
  citizens: number,
  days: readonly LocalDate[] = twoWeeks(localDateAt(systemClock.now())),
): Promise<World> => {
  if (greatestCommonDivisor(stride, citizens) !== 1) throw new Error(`--citizens must not be divisible by ${stride}`)
  const [start] = days
  if (start === undefined || days.length !== plannedDays) throw new Error('two weeks have ten working days')
  const { supplierNord: supplier, jobcenterMusvaagevej: jobcenter } = demo.organisations
  const { id: agreement } = demo.agreements.supplierNord
  const [address] = supplier.deliveryAddresses
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const numbers = `from generate_series(0, ${citizens - 1}) as n`
  try {
    await client.query('begin')
    await client.query(`set local session_replication_role = 'replica'`)
    await client.query(`insert into citizens (id, cpr_cipher, cpr_key, cpr_lookup)
      select ${sqlId('citizen')}, sha256(random()::text::bytea) || '\\x000102030405'::bytea, 'k1', sha256(('bench' || n)::bytea) ${numbers}`)
    await client.query(
      `insert into orders (id, jobcenter_id, supplier_id, framework_agreement_id, offer, target_group, citizen_id, citizen_name,
         residence_municipality, start_date, end_date, ordered_minutes, first_meeting_at, delivery_address_id, caseworker, status,
         course_status, drafted_by, approved_by, approved_at, committed_oere, first_attended_on, planned_minutes, plan_version)
       select ${sqlId('order')}, $1, $2, $3, 'clarification',
         case n % 2 when 0 then 'cash-benefit-activity-ready' else 'sickness-benefit' end, ${sqlId('citizen')}, 'Borger ' || n, '0101',
         $4::date, $4::date + 81, 7200, $4::date + time '08:00', $5, '{"name":"Sanne Sagsbehandler","email":"sanne@jobcenter.example"}',
         'approved', 'attending', '{"name":"Dorte Udkast","email":"dorte@jobcenter.example"}',
         '{"name":"Gorm Godkender","email":"gorm@jobcenter.example","role":"team-manager"}', now(), 5400000, $4::date, 1200, 1
       ${numbers}`,
      [jobcenter.id, supplier.id, agreement, start, address.id],
    )
    await client.query(
      `insert into activities (id, order_id, supplier_id, kind, title, place, status, start_date, end_date)
       select ${sqlId('activity')}, ${sqlId('order')}, $1, 'on-site', 'Forløb', '{"kind":"supplier-address"}', 'approved', $2::date, $2::date + 81
       ${numbers}`,
      [supplier.id, start],
    )
    await client.query(
      `insert into planned_days (order_id, date, activity_id, supplier_id, citizen_id, planned_minutes)
       select ${sqlId('order')}, day, ${sqlId('activity')}, $1, ${sqlId('citizen')}, 120 ${numbers} cross join unnest($2::date[]) as day`,
      [supplier.id, days],
    )
    await client.query('commit')
    // Of what was loaded alone: an empty table that was vacuumed counts as empty to the planner until it is analysed again,
    // and one of a fresh installation does not.
    await client.query('vacuum analyze citizens, orders, activities, planned_days')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
  return { citizens, days, capacity: citizens * days.length }
}
