import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { languageOf } from '#platform/http/problem-answers.ts'
import type { ProblemSlug } from '#platform/http/problems/catalogue.ts'
import { HttpProblem, renderProblem } from '#platform/http/problems/problem.ts'
import { type Answer, defineRoute, type PortalRequest } from '#platform/http/route.ts'
import { itemValidator } from '#platform/http/validation.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { AbsenceSchema, BatchAnswer, BatchBody, DocumentedBatchBody, RegisterAbsenceBody } from './absence.schema.ts'
import { absenceDocument } from './absence-document.ts'
import type { AbsenceCommand } from './accept-absence.ts'
import type { ReferenceData } from './reference-data.ts'
import { type Outcome, registerAbsences } from './register-absences.ts'

/** The rules that can refuse an absence. */
export const absenceRefusals: readonly ProblemSlug[] = [
  'not-found',
  'supplier-cannot-authorise-absence',
  'sick-leave-not-in-portal',
  'sick-leave-suspected',
  'passivity-is-not-absence',
  'unknown-absence-reason',
  'elaboration-required',
  'reason-text-required',
  'order-state',
  'course-not-started',
  'activity-not-approved',
  'absence-date-in-future',
  'decision-date-invalid',
  'reason-says-present',
  'absence-outside-course',
  'replaced-absence-differs',
  'absence-already-withdrawn',
  'nothing-planned-that-day',
  'absence-already-registered',
  'leave-already-approved',
  'absent-minutes-exceed-plan',
]

const exampleAbsence = {
  orderId: example.order,
  activityId: example.activity,
  date: '2026-03-12',
  wholeDay: true,
  reason: 'no-notice',
  registeredBy: { name: 'Liv Leverandør', email: 'liv@supplier.example' },
}

const singleAnswer = (outcomes: readonly Outcome[]): Answer => {
  const [outcome] = outcomes
  if (!outcome || !('accepted' in outcome)) throw new Error('a refused absence has no answer')
  const { row } = outcome.accepted
  return { status: 201, headers: { location: `/v1/absences/${row.id}`, etag: etagOf(1) }, body: absenceDocument(row) }
}

/** The problem of an item with its pointers into the whole body. */
const within = (problem: HttpProblem, index: number): HttpProblem =>
  new HttpProblem(problem.slug, {
    facts: problem.facts,
    headers: problem.headers,
    faults: problem.faults.map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` })),
  })

const validateItem = itemValidator(RegisterAbsenceBody)

/** UUIDs are the same in capitals; the database gives them in small letters, and answers are compared with it. */
const withSmallIds = (command: AbsenceCommand): AbsenceCommand => ({
  ...command,
  orderId: command.orderId.toLowerCase(),
  activityId: command.activityId.toLowerCase(),
  ...(command.replaces === undefined ? {} : { replaces: command.replaces.toLowerCase() }),
  ...(command.documentIds === undefined ? {} : { documentIds: command.documentIds.map((id) => id.toLowerCase()) }),
})

/** § 6, § 8: a batch, in which each item stands or falls alone. What does not fit the schema is not asked any rule. */
const registerBatch = (
  deps: Deps,
  request: PortalRequest<{ items: unknown[] }>,
  reference: ReferenceData,
): Promise<Answer> => {
  const language = languageOf(request.header('accept-language'))
  const faults = request.body.items.map((item, index) => validateItem(item, `/items/${index}`))
  const wellFormed = request.body.items.filter((_, index) => faults[index]?.length === 0) as AbsenceCommand[]
  const answerOf = (outcomes: readonly Outcome[]): Answer => {
    let next = 0
    const results = faults.map((itemFaults, index) => {
      const outcome: Outcome | undefined =
        itemFaults.length > 0
          ? { problem: new HttpProblem('invalid-request', { faults: itemFaults }) }
          : outcomes[next++]
      if (!outcome) throw new Error('an item has no outcome')
      if ('accepted' in outcome) return { index, status: 201, absence: absenceDocument(outcome.accepted.row) }
      const problem = renderProblem(itemFaults.length > 0 ? outcome.problem : within(outcome.problem, index), {
        language,
        publicUrl: deps.publicUrl,
        requestId: request.id,
      })
      return { index, status: problem.status, problem }
    })
    return { status: 200, body: { results } }
  }
  if (wellFormed.length === 0) return Promise.resolve(answerOf([]))
  return registerAbsences({ deps, request, claims: wellFormed.map(withSmallIds), reference, single: false, answerOf })
}

/** `POST /v1/absences` and `POST /v1/absences/batch`. */
export const registerAbsenceRoutes = (
  app: FastifyInstance,
  deps: Deps,
  reference: () => Promise<ReferenceData>,
): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/absences',
      operationId: 'registerAbsence',
      tag: 'Absences',
      summary: "Register a citizen's absence (§ 6, § 8)",
      description:
        'One registration per citizen, supplier and day. It is held against all that the supplier planned for the citizen that day, goes to the recipients of each of those orders, and is always unauthorised until the authority judges it. A late one is taken and marked. Own sickness is never registered here (§ 9), whatever words `reason` says it in.',
      callers: ['supplier'],
      scope: 'portal.write',
      body: RegisterAbsenceBody,
      answers: {
        201: {
          description: 'The registration.',
          schema: AbsenceSchema,
          headers: { Location: 'The registration.', ETag: 'Its version.' },
        },
      },
      problems: absenceRefusals,
      example: { client: 'supplier-nord', body: exampleAbsence },
      refusedOrder: (request) => request.body.orderId,
    },
    async (request) =>
      registerAbsences({
        deps,
        request,
        claims: [withSmallIds(request.body)],
        reference: await reference(),
        single: true,
        answerOf: singleAnswer,
      }),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/absences/batch',
      operationId: 'registerAbsences',
      tag: 'Absences',
      summary: 'Register up to 1,000 absences',
      description:
        'One transaction in which each item stands or falls alone: `results` says for each, by its position, what the item alone would have been answered with. Items are taken in their order, so the second of two for the same citizen and day is refused. With `Idempotency-Key` the whole answer is kept, unless nothing was registered.',
      callers: ['supplier'],
      scope: 'portal.write',
      body: BatchBody,
      documentedBody: DocumentedBatchBody,
      answers: { 200: { description: 'What became of each item.', schema: BatchAnswer } },
      example: {
        client: 'supplier-nord',
        body: {
          items: [
            { ...exampleAbsence, date: '2026-03-10' },
            { ...exampleAbsence, date: '2026-03-11', wholeDay: undefined, absentMinutes: 30, reason: 'late-arrival' },
          ].map((item) => JSON.parse(JSON.stringify(item)) as unknown),
        },
      },
    },
    async (request) => registerBatch(deps, request, await reference()),
  )
}
