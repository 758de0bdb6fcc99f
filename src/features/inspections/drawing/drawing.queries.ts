import { sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { CoursePhase } from '#rules/inspection/control-points.ts'
import type { Stratum } from '#rules/inspection/draw-sample.ts'

/** A course that can be drawn, with what its order says. */
export type Candidate = {
  readonly orderId: string
  readonly orderNumber: string
  readonly phase: CoursePhase
  readonly supplierId: string
  readonly frameworkAgreementId: string
  readonly targetGroup: string
  readonly residenceMunicipality: string
}

/** How many courses a stratum has in one municipality. */
export type StratumPart = Pick<
  Candidate,
  'phase' | 'frameworkAgreementId' | 'targetGroup' | 'residenceMunicipality'
> & {
  readonly population: number
}

/** What an inspection is drawn from: the strata by municipality, and of each stratum the first in the order of the drawing. */
export type Population = {
  readonly parts: readonly StratumPart[]
  readonly first: readonly Candidate[]
  /** In hexadecimal, over the ids in their order with commas between. */
  readonly sha256: string
}

/**
 * The courses that the caller may draw from, in one statement and so of one moment. Only as many of each stratum leave the
 * database as could be drawn, however many there are.
 * @param given.seed orders the courses: by SHA-256 over the seed, a blank and the order's id
 */
export const populationOf = async (
  trx: Trx,
  given: {
    readonly supplierId: string | null
    readonly residenceMunicipality: string | null
    readonly on: LocalDate
    readonly endedFrom: LocalDate
    readonly seed: string
    readonly most: Readonly<Record<CoursePhase, number>>
  },
): Promise<Population> => {
  // A municipality has some hundred thousand courses in a year; sorted on disk they take several times as long.
  await sql`select set_config('work_mem', '64MB', true)`.execute(trx)
  const { rows } = await sql<{ parts: StratumPart[]; first: Candidate[]; sha256: string }>`
    with population as materialized (
      select * from portal_inspectable_courses(${given.supplierId}::uuid, ${given.residenceMunicipality}::text,
        ${given.on}::date, ${given.endedFrom}::date)
    ), parts as materialized (
      select phase, framework_agreement_id, target_group, residence_municipality, count(*)::integer as population
        from population group by 1, 2, 3, 4 order by 1, 2, 3, 4
    ), strata as (
      -- Numbered, with how many courses stand in those before.
      select phase, framework_agreement_id, target_group, row_number() over by_name::integer as number,
             (sum(sum(population)) over by_name - sum(population))::integer as before
        from parts group by 1, 2, 3
      window by_name as (order by phase collate "C", framework_agreement_id, target_group collate "C")
    ), drawing as (
      -- One key of bytes for stratum and hash is sorted several times as fast as their columns.
      select p.*, row_number() over (order by int4send(s.number)
          || sha256(convert_to(${given.seed} || ' ' || p.order_id::text, 'UTF8')), p.order_id) - s.before as place
        from population p join strata s using (phase, framework_agreement_id, target_group)
    )
    select
      (select coalesce(jsonb_agg(jsonb_build_object('phase', phase, 'frameworkAgreementId', framework_agreement_id,
          'targetGroup', target_group, 'residenceMunicipality', residence_municipality, 'population', population)), '[]')
        from parts) as parts,
      (select coalesce(jsonb_agg(jsonb_build_object('orderId', order_id, 'orderNumber', order_number, 'phase', phase,
          'supplierId', supplier_id, 'frameworkAgreementId', framework_agreement_id, 'targetGroup', target_group,
          'residenceMunicipality', residence_municipality) order by phase, framework_agreement_id, target_group, place), '[]')
        from drawing where place <= case phase when 'running' then ${given.most.running}::integer
          else ${given.most.ended}::integer end) as first,
      (select encode(sha256(convert_to(coalesce(string_agg(order_id::text, ',' order by order_id), ''), 'UTF8')), 'hex')
        from population) as sha256`.execute(trx)
  const [row] = rows
  if (!row) throw new Error('a select without from gives one row')
  return row
}

/** The strata of one phase as they are drawn from. */
export const strataOf = ({ parts, first }: Population, phase: CoursePhase): Stratum[] => {
  const strata = new Map<string, Stratum>()
  for (const part of parts.filter((one) => one.phase === phase)) {
    const { frameworkAgreementId, targetGroup } = part
    const key = `${frameworkAgreementId} ${targetGroup}`
    const before = strata.get(key)
    strata.set(key, {
      frameworkAgreementId,
      targetGroup,
      population: (before?.population ?? 0) + part.population,
      inDrawingOrder:
        before?.inDrawingOrder ??
        first
          .filter((one) => one.phase === phase && `${one.frameworkAgreementId} ${one.targetGroup}` === key)
          .map(({ orderId }) => orderId),
    })
  }
  return [...strata.values()]
}
