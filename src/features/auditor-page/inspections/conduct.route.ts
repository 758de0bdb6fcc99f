import type { FastifyInstance } from 'fastify'
import { saveCourse } from '#features/inspections/commands.ts'
import { inspectedCourse } from '#features/inspections/lookups.ts'
import { purposeOf } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer } from '#platform/http/route.ts'
import { isUuid } from '#platform/ids.ts'
import { controlPointCodes } from '#rules/inspection/control-points.ts'
import { type Choice, choicesFor } from '../choices.queries.ts'
import { definePage, type PageAnswer, type PageGround, type Visit } from '../visit.ts'
import { inWords } from '../words/in-words.ts'
import { type FormFault, type SentCourse, sentCourse } from './course-form.ts'
import { casePath, coursePage } from './course-page.ts'
import type { ShownForm } from './course-point.ts'

const url = '/auditor/inspections/:id/courses/:orderId'

/** Nothing is saved in what has ended; what was typed is shown all the same. */
const ended: ReadonlySet<string> = new Set(['inspection-closed', 'inspection-discarded'])

const idsOf = ({ params }: Visit): { inspectionId: string; orderId: string } => {
  const { id = '', orderId = '' } = params
  if (!isUuid(id) || !isUuid(orderId)) throw new HttpProblem('not-found')
  return { inspectionId: id, orderId }
}

const nameOf = (choices: readonly Choice[], value: string): string =>
  choices.find((one) => one.value === value)?.name ?? value

/** The page of a course as it stands in this transaction, with the look-up. */
const showCourse = async (
  trx: Trx,
  ground: PageGround,
  visit: Visit,
  shown: ShownForm,
): Promise<ReturnType<typeof coursePage>> => {
  const request = visit.asRequest({})
  const { language } = visit
  const { date } = inWords(language)
  const asked = { ...idsOf(visit), purpose: purposeOf(request), language, date }
  const course = await inspectedCourse(trx, ground.deps, request, asked)
  const { agreements, targetGroups } = await choicesFor(trx, visit.language)
  const names = {
    agreement: nameOf(agreements, course.frameworkAgreementId),
    targetGroup: nameOf(targetGroups, course.targetGroup),
  }
  return coursePage({ visit, course, names, shown })
}

/** Where the inspector goes on after something was saved. */
const placeAfter = (visit: Visit, saved: number, { at, goTo }: SentCourse): string => {
  const { params } = visit
  const { inspectionId, orderId } = idsOf(visit)
  if (goTo === 'case') return casePath({ inspectionId, orderId })
  if (goTo === 'list') return `/auditor/inspections/${inspectionId}`
  if (goTo !== null) return `/auditor/inspections/${inspectionId}/courses/${goTo.courseOf}`
  const path = `/auditor/inspections/${params['id']}/courses/${params['orderId']}?saved=${saved}`
  return at === null ? path : `${path}&at=${at}#${at}`
}

/**
 * A drawn course at the supplier's door: what the registers say of each control point, and a form to judge them by. What
 * fits is saved, and of the rest the page says why not and keeps what was typed: somebody else's finding, too, is not
 * overwritten unseen.
 */
export const conduct = (app: FastifyInstance, ground: PageGround): void => {
  const { deps } = ground
  definePage(app, ground, { method: 'GET', url }, async (visit) => {
    idsOf(visit)
    const { saved = '', at } = visit.query
    const shown = {
      saved: /^\d{1,2}$/.test(saved) ? Number(saved) : null,
      at: controlPointCodes.find((code) => code === at) ?? null,
    }
    return read(deps.database, visit.asRequest({}), (trx) => showCourse(trx, ground, visit, shown))
  })
  definePage(app, ground, { method: 'POST', url }, async (visit) => {
    const ids = idsOf(visit)
    const sent = sentCourse(visit.form)
    const request = visit.asRequest({})
    // Asked for before anything is saved: what cannot be saved is shown again, with the course.
    purposeOf(request)
    let answer: PageAnswer | undefined
    const save = async (trx: Trx): Promise<Answer> => {
      const { typed, confirm, withdraw } = sent
      const registeredBy = { name: visit.session.personName }
      const { recorded, faults } = await saveCourse(trx, deps, request, {
        ...{ ...ids, typed, confirm, withdraw, registeredBy },
      })
      const all = new Map<(typeof controlPointCodes)[number], FormFault>([...faults, ...sent.faults])
      if (all.size === 0 && !sent.isDateUnused) {
        answer = { redirect: placeAfter(visit, recorded.length, sent) }
      } else {
        const { visitedOn, isDateUnused } = sent
        // Where something was done besides, the page shows what stands; what was not done, as it was typed.
        const fields = new Map([...sent.fields].filter(([code]) => all.has(code)))
        const shown = { fields, faults: all, visitedOn, isDateUnused, saved: recorded.length, at: null }
        answer = { ...(await showCourse(trx, ground, visit, shown)), status: 422 }
      }
      return { status: 200 }
    }
    try {
      await write(deps.database, request, save)
    } catch (error) {
      if (!(error instanceof HttpProblem) || !ended.has(error.slug)) throw error
      const shown = { unsent: sent.fields, saved: null, at: null }
      return { ...(await read(deps.database, request, (trx) => showCourse(trx, ground, visit, shown))), status: 409 }
    }
    if (!answer) throw new Error('a write answers')
    return answer
  })
}
