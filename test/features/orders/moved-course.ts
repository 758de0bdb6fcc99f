import { put, unauthorised } from '#test/features/attendance/support.ts'
import { absent, type CourseOrder, course, submit } from '#test/features/protocols/support.ts'
import { submitReport } from '#test/features/reports/reading-support.ts'
import { documentForm } from '#test/support/document-form.ts'
import type { TestPortal } from '#test/support/test-portal.ts'
import { dorte, gorm, liv, must } from './support.ts'

/** The half of a course that lies before the citizen's move, or after it. */
export type Half = 'before' | 'after'
export const movedOn = '2026-03-10'

/** The planned days of each half; the move is entered on the first of the second. */
export const daysOf: Readonly<Record<Half, readonly string[]>> = {
  before: ['2026-02-23', '2026-02-24', '2026-02-25', '2026-03-09'],
  after: ['2026-03-10', '2026-03-11', '2026-03-12'],
}
/** A word of each half, which stands in every text that was written in it. */
export const wordOf: Readonly<Record<Half, string>> = { before: 'gummistøvle', after: 'paraply' }
const moments = {
  before: {
    came: ['2026-02-23', '2026-02-25'],
    away: '2026-02-24',
    told: '2026-02-26',
    milestone: 'cv',
    month: '2026-02',
  },
  after: {
    came: ['2026-03-09', '2026-03-10', '2026-03-11'],
    away: '2026-03-12',
    told: '2026-03-13',
    milestone: 'job',
    month: '2026-03',
  },
} as const

/** Begins courses of citizens who live in these municipalities, on 23 February. */
export const begun = async (portal: TestPortal, municipalities: readonly string[]): Promise<CourseOrder[]> => {
  portal.clock.set('2026-02-23T08:30:00.000Z')
  const plan = Object.fromEntries([...daysOf.before, ...daysOf.after].map((date) => [date, 120]))
  const orders: CourseOrder[] = []
  for (const residenceMunicipality of municipalities) {
    orders.push(await course(portal, plan, { startDate: '2026-02-23', residenceMunicipality }))
  }
  return orders
}

/** Says at this moment where a citizen lives from now on. */
export const move = async (portal: TestPortal, order: CourseOrder, residenceMunicipality: string): Promise<void> => {
  const changes = { reason: 'Flyttet', registeredBy: dorte, citizen: { residenceMunicipality } }
  must(await portal.as('jobcenter-musvaagevej').patch(`/v1/orders/${order.id}`, changes, { ifMatch: '*' }))
}

/** Tells one of everything that can be told of a course, on the days of one half. @returns the ids of what was made */
export const tellHalf = async (portal: TestPortal, order: CourseOrder, side: Half) => {
  const { came, away, told, milestone, month } = moments[side]
  const [nord, jobcenter] = [portal.as('supplier-nord'), portal.as('jobcenter-musvaagevej')]
  const path = `/v1/orders/${order.id}`
  const words = (what: string): string => `${what} ${wordOf[side]}`
  portal.clock.set(`${away}T15:00:00.000Z`)
  const absence = must(await absent(portal, order, away)).body.id as string
  portal.clock.set(`${told}T10:00:00.000Z`)
  const record = (date: string, attendedMinutes: number) =>
    put(
      nord,
      date,
      {
        entries: [
          {
            activityId: order.activityId,
            attendedMinutes,
            absent: unauthorised(120 - attendedMinutes).filter(({ minutes }) => minutes > 0),
          },
        ],
        registeredBy: liv,
      },
      {},
      order.id,
    )
  for (const date of came) must(await record(date, 120))
  must(await record(away, 0))
  const form = documentForm({ fields: { kind: 'other', orderId: order.id, registeredBy: liv } })
  const document = must(await nord.post('/v1/documents', form.body, form.options)).body.id as string
  const activity = must(
    await jobcenter.post(`${path}/activities`, {
      ...{ kind: 'work-placement', title: words('Praktik'), place: { kind: 'company', name: 'Bageriet' } },
      ...{ startDate: told, endDate: side === 'before' ? '2026-03-09' : '2026-03-20', registeredBy: gorm },
    }),
  ).body.id as string
  const caseworker = { name: 'Sally Sagsbehandler', email: `${side}@jobcenter.example` }
  const change = { reason: words('Ny sagsbehandler'), registeredBy: dorte, caseworker }
  must(await jobcenter.patch(path, change, { ifMatch: '*' }))
  const dueOn = side === 'before' ? '2026-03-06' : '2026-03-27'
  const asked = { kind: 'social-action-plan', dueOn, text: words('Status'), requestedBy: gorm }
  const request = must(await jobcenter.post(`${path}/report-requests`, asked)).body.id as string
  const sections = { contribution: words('Bidrag'), citizen: words('Citat') }
  const report = must(await submitReport(portal, order, 'social-action-plan', { sections })).body.id as string
  const reached = { milestone, reachedOn: told, registeredBy: liv }
  const mark = must(await nord.post(`${path}/milestones`, reached)).body.id as string
  const areas = [{ area: 'network', title: words('Netværk'), start: 4, assessedOn: told }]
  const ifMatch = side === 'before' ? {} : { ifMatch: '"1"' }
  must(await nord.put(`${path}/focus-areas`, { areas, registeredBy: liv }, ifMatch))
  must(await portal.as('k-kassen').post(`${path}/contact-requests`, { text: 'Ring', registeredBy: { name: 'Kaja' } }))
  // Nothing is planned on that day: an attempt that is refused.
  const refused = await absent(portal, order, told)
  portal.clock.set(`${month === '2026-02' ? '2026-03-01' : '2026-04-01'}T09:00:00.000Z`)
  must(await submit(portal, order, month))
  return { absence, document, activity, request, report, milestone: mark, refused: refused.body.code as string }
}
