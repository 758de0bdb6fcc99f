import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { DryRunSchema, ReportReceiptSchema, SubmitReportBody } from './report.schema.ts'
import { submitReport } from './submit-report.ts'

/** `POST /v1/orders/{id}/reports`: a supplier's report on a course (§ 3). */
export const submissionRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/reports',
      operationId: 'submitReport',
      tag: 'Reports',
      summary: 'Submit a report (§ 3)',
      description:
        "In the template that the jobcenter prescribes, whose `jsonSchema` says what is asked for. The final report follows the course's end and is submitted once, unless the jobcenter returns it: then the next submission is its next version. Late is taken. With `dryRun` the answer is the same and nothing is kept.",
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: SubmitReportBody,
      answers: {
        200: { description: 'What a submission would be answered with (`dryRun`).', schema: DryRunSchema },
        201: {
          description: 'The report, without its text.',
          schema: ReportReceiptSchema,
          headers: { Location: 'The report.', ETag: 'Of the report as it is read.' },
        },
      },
      problems: [
        'order-state',
        'course-not-ended',
        'report-already-submitted',
        'wrong-template',
        'report-incomplete',
        'content-outside-the-course',
        'unknown-milestone',
        'milestone-date',
        'milestone-already-reached',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: '$endedOrder' },
        body: {
          kind: 'final',
          templateId: example.finalTemplate,
          templateVersion: 1,
          sections: {
            'focus-areas': 'Der er arbejdet med mødestabilitet og jobsøgning, blandt andet i et CV-værksted.',
            development: 'Borgeren møder stabilt og klarer 20 timer om ugen. Borgeren er selv tilfreds.',
            goal: 'Målet om et job i butik er realistisk. Jobsøgning er det vigtigste fokusområde.',
          },
          focusAreas: [{ area: 'Mødestabilitet', start: 4, end: 8 }],
          milestones: [{ milestone: 'cv', reachedOn: '2026-03-13' }],
          registeredBy: { name: 'Liv Leverandør', email: 'liv@leverandoer-nord.example' },
        },
      },
      refusedOrder: (request) => request.params.id,
      isTrial: (request) => (request.body as { dryRun?: unknown } | null | undefined)?.dryRun === true,
    },
    (request) => submitReport(deps, request),
  )
}
