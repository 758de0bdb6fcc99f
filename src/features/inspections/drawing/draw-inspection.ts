import { randomBytes } from 'node:crypto'
import { reachOf } from '#features/administration/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { demand, invalid, missing } from '#platform/http/problems/problem.ts'
import { newId } from '#platform/ids.ts'
import { coursePhases } from '#rules/inspection/control-points.ts'
import { drawSample, sampleHasCourses } from '#rules/inspection/draw-sample.ts'
import { endedFrom } from '#rules/inspection/ended-within.ts'
import type { DrawInspection } from '../inspection.schema.ts'
import { type Candidate, populationOf, strataOf } from './drawing.queries.ts'

/** Ours: unless told. The city looks at 15 running and 15 ended courses of each supplier. */
const usualPlaces = 15

/** Who draws: a request, or a page on a person's behalf. */
export type Drawer = Actor & { readonly caller: Caller }

/**
 * That there is something to draw from under that name for this caller: another municipality's citizens are not there for
 * an auditor who is limited to its own.
 * @throws HttpProblem `not-found` at the member
 */
const demandTarget = async (trx: Trx, among: 'everyone' | readonly string[], asked: DrawInspection): Promise<void> => {
  if (asked.supplierId !== undefined) {
    const supplier = await trx
      .selectFrom('organisations')
      .select('kinds')
      .where('id', '=', asked.supplierId)
      .executeTakeFirst()
    if (!supplier?.kinds.includes('supplier')) throw missing('/supplierId')
  }
  const { residenceMunicipality } = asked
  if (residenceMunicipality === undefined || among === 'everyone') return
  if (!among.includes(residenceMunicipality)) throw missing('/residenceMunicipality')
}

/** Whose citizens' courses the drawer can draw: the administration's are everybody's. */
const amongWhom = async (trx: Trx, { caller }: Drawer): Promise<'everyone' | readonly string[]> =>
  caller.organisation.kinds.includes('administrator') ? 'everyone' : (await reachOf(trx, caller)).audits

/**
 * Draws a stratified random sample of the courses that the caller may see, as of now, and keeps what it was drawn from: the
 * size of each stratum, a hash over all ids, and the courses. Strata are framework agreement by target group; running and
 * ended courses are drawn apart. The same seed over the same courses gives the same sample.
 * @returns the inspection's id
 * @throws HttpProblem `not-found` at `/supplierId` or `/residenceMunicipality`, `invalid-request` when nothing is asked for,
 *   `nothing-to-draw` when there is none of what is asked for
 */
export const drawInspection = async (trx: Trx, drawer: Drawer, asked: DrawInspection): Promise<string> => {
  const among = await amongWhom(trx, drawer)
  await demandTarget(trx, among, asked)
  const most = { running: asked.running ?? usualPlaces, ended: asked.ended ?? usualPlaces }
  if (most.running + most.ended === 0) {
    throw invalid('/running', 'nothing-asked', { da: 'Mindst ét forløb.', en: 'At least one course.' })
  }
  const on = localDateAt(drawer.arrivedAt)
  const seed = asked.seed ?? randomBytes(16).toString('hex')
  const { supplierId = null, residenceMunicipality = null } = asked
  const from = endedFrom(on)
  const population = await populationOf(trx, { supplierId, residenceMunicipality, on, endedFrom: from, seed, most })
  const byId = new Map(population.first.map((candidate) => [candidate.orderId, candidate]))
  const drawn = coursePhases.flatMap((phase) =>
    drawSample(strataOf(population, phase), most[phase])
      .flatMap((stratum) => stratum.drawn)
      .map((id) => byId.get(id) as Candidate),
  )
  demand(sampleHasCourses(drawn.length))
  const id = newId()
  await trx
    .insertInto('inspections')
    .values({
      id,
      organisationId: drawer.caller.organisation.id,
      clientId: drawer.caller.clientId,
      requestId: drawer.id,
      supplierId,
      residenceMunicipality,
      seed,
      seedGivenBy: asked.seed === undefined ? 'portal' : 'person',
      runningAsked: most.running,
      endedAsked: most.ended,
      drawnOn: on,
      endedFrom: from,
      drawnAt: drawer.arrivedAt,
      drawnBy: JSON.stringify(asked.drawnBy),
      populationSha256: Buffer.from(population.sha256, 'hex'),
      population: population.parts.reduce((sum, part) => sum + part.population, 0),
      courses: drawn.length,
      drawnAmong: among === 'everyone' ? null : [...among].sort(),
    })
    .execute()
  const strata = population.parts.map((part) => ({
    inspectionId: id,
    ...part,
    drawn: drawn.filter(
      (course) =>
        course.phase === part.phase &&
        course.frameworkAgreementId === part.frameworkAgreementId &&
        course.targetGroup === part.targetGroup &&
        course.residenceMunicipality === part.residenceMunicipality,
    ).length,
  }))
  await trx.insertInto('inspectionStrata').values(strata).execute()
  await trx
    .insertInto('inspectionCourses')
    .values(drawn.map((course) => ({ inspectionId: id, ...course })))
    .execute()
  await recordChange(trx, drawer, {
    action: 'drawn',
    entity: 'inspection',
    entityId: id,
    orderId: null,
    registeredBy: asked.drawnBy,
    changes: { supplierId, residenceMunicipality, seed, ...most, courses: drawn.map(({ orderId }) => orderId) },
  })
  return id
}
