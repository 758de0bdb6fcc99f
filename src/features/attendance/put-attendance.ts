import type { LocalDate } from '#kernel/local-date.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import { keepRefusals } from '#platform/audit/refusals.ts'
import { type PipelinedTrx, statementsWithin, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag, demandIfMatch } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { languageOf } from '#platform/http/problem-answers.ts'
import { HttpProblem, renderProblem } from '#platform/http/problems/problem.ts'
import { type Answer, isRuleRefusal, type PortalRequest } from '#platform/http/route.ts'
import { itemValidator } from '#platform/http/validation.ts'
import { type AttendanceItem, AttendanceItemBody, type PutAttendance } from './attendance.schema.ts'
import { type AttendanceDocument, attendanceDocuments, type DayKey } from './attendance-document.ts'
import { type DayOutcome, lockOrdersOf, type RecordedDay, recordDays } from './record-days.ts'

const documentOf = async (trx: PipelinedTrx, key: DayKey): Promise<AttendanceDocument | undefined> =>
  (await attendanceDocuments(trx, [key])).get(`${key.orderId} ${key.date}`)

/** § 5: records a day of an order, or corrects it. `If-Match` is held against what the day shows when it is sent. */
export const putAttendance = (
  deps: Deps,
  request: PortalRequest<PutAttendance, { id: string; date: LocalDate }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const statements = statementsWithin(trx)
    const key = { orderId: request.params.id.toLowerCase(), date: request.params.date }
    const ifMatch = request.header('if-match')
    if (ifMatch !== undefined) {
      await lockOrdersOf(statements, request.caller.organisation.id, [key.orderId])
      const standing = await documentOf(statements, key)
      demandIfMatch(ifMatch, standing ? contentEtag(standing) : null)
    }
    const [outcome] = await recordDays(statements, request, [{ ...request.body, ...key }])
    if (!outcome) throw new Error('a day has no outcome')
    if ('problem' in outcome) {
      // The order stands in the path, where no pointer leads.
      const unknownOrder = outcome.problem.faults.some((fault) => fault.pointer === '/orderId')
      throw unknownOrder ? new HttpProblem('not-found') : outcome.problem
    }
    const { citizenId, orderId, change } = outcome.recorded
    if (change === 'unchanged') {
      await recordLookup(trx, request, { operation: 'putAttendance', citizenId, orderId, purpose: null })
    }
    const body = await documentOf(statements, key)
    if (!body) throw new Error('a recorded day is not there')
    return { status: change === 'created' ? 201 : 200, headers: { etag: contentEtag(body) }, body }
  })

const validateItem = itemValidator(AttendanceItemBody)

/** The problem of an item with its pointers into the whole body. */
const within = (problem: HttpProblem, index: number): HttpProblem =>
  new HttpProblem(problem.slug, {
    facts: problem.facts,
    headers: problem.headers,
    faults: problem.faults.map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` })),
  })

type Item = { readonly index: number; readonly item: AttendanceItem; readonly outcome: DayOutcome }

const refusedItems = (items: readonly Item[]) =>
  items.flatMap(({ item, outcome }) =>
    'problem' in outcome && isRuleRefusal(outcome.problem.slug)
      ? [{ rule: outcome.problem.slug, orderId: item.orderId }]
      : [],
  )

/** What is answered of days that said what stands was read alone: one look-up of them all. */
const recordUnchanged = async (trx: Trx, request: PortalRequest, recorded: readonly RecordedDay[]): Promise<void> => {
  const citizenIds = recorded.flatMap(({ citizenId, change }) => (change === 'unchanged' ? [citizenId] : []))
  if (citizenIds.length === 0) return
  const lookup = { operation: 'putAttendanceBatch', citizenId: null, orderId: null, purpose: null, citizenIds }
  await recordLookup(trx, request, lookup)
}

/** § 5: a batch, in which each item stands or falls alone. What does not fit the schema is not asked any rule. */
export const putAttendanceBatch = (deps: Deps, request: PortalRequest<{ items: unknown[] }>): Promise<Answer> => {
  const language = languageOf(request.header('accept-language'))
  const faults = request.body.items.map((item, index) => validateItem(item, `/items/${index}`))
  return write(deps.database, request, async (trx) => {
    const statements = statementsWithin(trx)
    const sound = request.body.items.flatMap((item, index) =>
      faults[index]?.length === 0 ? [{ index, item: item as AttendanceItem }] : [],
    )
    const outcomes = await recordDays(
      statements,
      request,
      sound.map(({ item }) => item),
    )
    const items = sound.flatMap((one, place): Item[] => {
      const outcome = outcomes[place]
      return outcome ? [{ ...one, outcome }] : []
    })
    const recorded = outcomes.flatMap((outcome) => ('recorded' in outcome ? [outcome.recorded] : []))
    await recordUnchanged(trx, request, recorded)
    const documents = await attendanceDocuments(statements, recorded)
    await keepRefusals(trx, { ...request, operation: 'putAttendanceBatch' }, refusedItems(items))
    const byIndex = new Map(items.map((one) => [one.index, one.outcome]))
    const results = faults.map((itemFaults, index) => {
      const outcome = byIndex.get(index)
      if (outcome && 'recorded' in outcome) {
        const { orderId, date, change } = outcome.recorded
        return { index, status: change === 'created' ? 201 : 200, attendance: documents.get(`${orderId} ${date}`) }
      }
      const refusal = outcome
        ? within(outcome.problem, index)
        : new HttpProblem('invalid-request', { faults: itemFaults })
      const problem = renderProblem(refusal, { language, publicUrl: deps.publicUrl, requestId: request.id })
      return { index, status: problem.status, problem }
    })
    return { status: 200, body: { results }, unwritten: recorded.every(({ change }) => change === 'unchanged') }
  })
}
