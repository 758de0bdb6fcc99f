import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { expectDuties } from './course-duties.ts'
import { type CourseStage, moments, term } from './course-stage.ts'
import { lookUpTerms, placeOrder } from './ordering.ts'
import { type Evidence, type Performing, perform } from './performance.ts'
import { castOf } from './play-week.ts'
import { expectAnswer } from './portal-client.ts'
import { type Course, registrar } from './stage.ts'
import { openStoryClock, turnTo } from './story-clock.ts'

/** The events that the story is about. What deadlines bring about is the course's. */
const noShowTypes = [
  'order.placed',
  'first-meeting.missed',
  'first-meeting.re-summoned',
  'first-meeting.missed-again',
  'first-meeting.attended',
  'absence.registered',
  'absence.repeated',
] as const

const citizen = { name: 'Valdemar Vinterlund', targetGroup: 'cash-benefit-activity-ready' } as const

/** The days with something planned: the first meeting, one that is missed, one of sickness, and the return. */
const dates = {
  missed: term.monday,
  away: '2026-03-03' as LocalDate,
  sick: '2026-03-04' as LocalDate,
  secondMeeting: '2026-03-09' as LocalDate,
  returned: '2026-03-13' as LocalDate,
}

const on = (date: LocalDate): Instant => `${date}T10:00:00.000Z` as Instant

const orderIsPlanned = async (stage: CourseStage): Promise<Course> => {
  const { cast, narrator } = stage
  await turnTo(stage, moments.order)
  const terms = await narrator.step(`${cast.jobcenter.name} looks for a course at ${cast.supplier.name}.`, () =>
    lookUpTerms(stage, [citizen.targetGroup]),
  )
  const course = await placeOrder(stage, terms, citizen)
  await narrator.step(`${cast.supplier.name} plans three days and one of the week after.`, async () => {
    const { missed, away, sick, returned } = dates
    const days = [missed, away, sick, returned].map((date) => ({
      date,
      activityId: course.activityId,
      plannedMinutes: 180,
    }))
    const path = `/v1/orders/${course.orderId}/plan`
    expectAnswer(await cast.supplier.call({ method: 'PUT', path, body: { complete: false, days } }), 201)
  })
  return course
}

/** § 7: nobody comes, a letter goes out, and nobody comes again: K-kassen hears of it and fetches the case. */
const nobodyComes = async (stage: CourseStage, { orderId }: Course): Promise<void> => {
  const { cast, narrator, ledger } = stage
  const { supplier, jobcenter, kKassen } = cast
  const missed = (date: LocalDate) =>
    supplier.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/first-meeting`,
      body: { outcome: 'missed', on: date, registeredBy: registrar },
    })
  await turnTo(stage, on(dates.missed))
  await narrator.step(`${citizen.name} does not come to the first meeting.`, async () => {
    expectAnswer(await missed(dates.missed), 200, { course: { status: 're-summoned' } })
    await ledger.hears(jobcenter, { type: 'first-meeting.missed', orderId })
    await expectDuties(
      supplier,
      orderId,
      [`re-summons-letter ${dates.missed} 2026-03-03`],
      'status=open&kind=re-summons-letter',
    )
  })
  await turnTo(stage, on(dates.away))
  const letter = (newMeetingOn: string) =>
    supplier.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/re-summons`,
      body: {
        missedOn: dates.missed,
        letterSentOn: dates.away,
        letterMethod: 'quick-letter',
        newMeetingAt: `${newMeetingOn}T08:00:00Z`,
        registeredBy: registrar,
      },
    })
  const reSummons = await narrator.step('The letter goes out, with a new meeting.', async () => {
    const facts = { earliestOn: '2026-03-05', latestOn: '2026-03-16' }
    expectAnswer(await letter('2026-03-04'), 422, { code: 'new-meeting-too-early', ...facts })
    narrator.note('refused for the next day: new-meeting-too-early (§ 7)')
    const answer = await letter(dates.secondMeeting)
    expectAnswer(answer, 201, { letterLate: false, letterDueOn: dates.away })
    await ledger.hears(jobcenter, { type: 'first-meeting.re-summoned', orderId })
    return answer.body as { id: string }
  })
  await narrator.step(`${supplier.name} calls, and reaches nobody.`, async () => {
    const answer = await supplier.call({
      method: 'POST',
      path: `/v1/re-summons/${reSummons.id}/reminders`,
      body: { channel: 'phone', at: '2026-03-03T09:30:00Z', reached: false, registeredBy: registrar },
    })
    expectAnswer(answer, 201, { contactAttempts: 1, reached: 0 })
  })
  await turnTo(stage, on(dates.secondMeeting))
  await narrator.step(`${citizen.name} stays away again.`, async () => {
    expectAnswer(await missed(dates.secondMeeting), 200, { course: { status: 're-summoned' } })
    const told = await ledger.hears(kKassen, { type: 'first-meeting.missed-again', orderId })
    const { pathname } = new URL(String(told.data.url))
    const fetched = await kKassen.call({ method: 'GET', path: pathname })
    expectAnswer(fetched, 200, { id: reSummons.id, letterSentOn: dates.away, contactAttempts: 1, reached: 0 })
    narrator.note('K-kassen follows the event and reads who was written to when, and how often contact was tried')
  })
}

/** § 7: the citizen comes after all, and all days since the first date are accounted for, or none is written. */
const citizenReturns = async (stage: CourseStage, { orderId }: Course): Promise<void> => {
  const { cast, narrator, ledger } = stage
  const { supplier, jobcenter, kKassen } = cast
  const returned = (body: Record<string, unknown>) =>
    supplier.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/first-meeting`,
      body: { outcome: 'attended', on: dates.returned, registeredBy: registrar, ...body },
    })
  const away = (date: LocalDate) => ({ date, wholeDay: true, reason: 'no-notice' })
  await turnTo(stage, on(dates.returned))
  await narrator.step(`${citizen.name} comes after all.`, async () => {
    const answer = await returned({ absences: [away(dates.missed)] })
    expectAnswer(answer, 422, { code: 'back-registration-incomplete', missingDates: [dates.away, dates.sick] })
    narrator.note('refused while days are missing: back-registration-incomplete (§ 7)')
  })
  await narrator.step('With every day since the first date it is taken.', async () => {
    const answer = await returned({
      absences: [away(dates.missed), away(dates.away)],
      excused: [{ date: dates.sick, code: 'sick' }],
    })
    expectAnswer(answer, 200, { course: { status: 'attending', firstAttendedOn: dates.returned } })
    await ledger.hears(jobcenter, { type: 'first-meeting.attended', orderId })
    const { absences } = answer.body as { absences: { id: string; late: boolean }[] }
    for (const { id: absenceId } of absences) {
      await ledger.hears(kKassen, { type: 'absence.registered', orderId, absenceId })
    }
    const late = absences.filter((absence) => absence.late).length
    narrator.note(`${absences.length} absences, ${late} of them late; the day of sickness is told to nobody (§ 9)`)
  })
}

/**
 * Plays a citizen who stays away from the first meeting, twice, and comes after all, on the sandbox's clock, and tells it
 * line by line. The clock is put back to the real time however it ends; what was registered stays.
 * @throws Differs when the portal is no sandbox, or does something else than the rules say
 */
export const playNoShow = async (performing: Performing): Promise<Evidence> => {
  const { portal, tell, numberMade } = performing
  tell(`A citizen who does not come, ${dates.missed} to ${dates.returned}, at ${portal.url}`)
  const clock = await openStoryClock(portal)
  const cast = await castOf(portal)
  const otherJobcenter = await portal.party('jobcenter-skelbaekgade')
  const played = perform(performing, {
    listeners: [cast.kKassen, cast.jobcenter, cast.supplier],
    others: [cast.otherSupplier, otherJobcenter],
    types: noShowTypes,
    story: async (narrator, ledger) => {
      const stage = { portal, cast, narrator, ledger, week: term, numberMade, clock, otherJobcenter }
      const course = await orderIsPlanned(stage)
      await nobodyComes(stage, course)
      await citizenReturns(stage, course)
    },
  })
  await played.catch(() => undefined)
  await clock.restore()
  tell('The clock is back on the real time.')
  return played
}
