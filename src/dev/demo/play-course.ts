import { courseRuns } from './course-absences.ts'
import { companyIsVisited, courseIsOrdered, courseIsPlanned, courseStarts } from './course-begins.ts'
import { courseEnds, reportIsExtended, reportIsForgotten, strangersSeeNoCourse } from './course-ends.ts'
import { protocolIsSubmitted } from './course-protocol.ts'
import { reportIsSubmitted } from './course-report.ts'
import { type CourseStage, term } from './course-stage.ts'
import { type Evidence, type Performing, perform } from './performance.ts'
import { castOf } from './play-week.ts'
import { openStoryClock } from './story-clock.ts'

/** The events that the course is about: all that its orders bring about. */
const courseTypes = [
  'order.placed',
  'order.amended',
  'order.cancelled',
  'activity.proposed',
  'activity.approved',
  'activity.rejected',
  'first-meeting.attended',
  'first-meeting.missed',
  'absence.registered',
  'absence.withdrawn',
  'absence.repeated',
  'leave.approved',
  'notice.created',
  'contact-request.created',
  'contact-request.answered',
  'attendance-protocol.submitted',
  'report.submitted',
  'report.returned',
  'course.ended',
  'obligation.due-soon',
  'obligation.overdue',
] as const

const play = async (stage: CourseStage): Promise<void> => {
  const course = await courseIsOrdered(stage)
  await courseIsPlanned(stage, course)
  await courseStarts(stage, course)
  await companyIsVisited(stage, course)
  await courseRuns(stage, course)
  const report = await courseEnds(stage, course)
  await reportIsForgotten(stage, course, report)
  await reportIsExtended(stage, course, report)
  await protocolIsSubmitted(stage, course)
  await reportIsSubmitted(stage, course)
  await strangersSeeNoCourse(stage, course, report)
}

/**
 * Plays a whole course, from the order to the final report, on the sandbox's clock, and tells it line by line. The
 * clock is put back to the real time however it ends; what was registered stays.
 * @throws Differs when the portal is no sandbox, or does something else than the rules say
 */
export const playCourse = async (performing: Performing): Promise<Evidence> => {
  const { portal, tell, numberMade } = performing
  tell(`A whole course, ${term.monday} to ${term.lastDay}, at ${portal.url}`)
  const clock = await openStoryClock(portal)
  const cast = await castOf(portal)
  const otherJobcenter = await portal.party('jobcenter-skelbaekgade')
  const played = perform(performing, {
    listeners: [cast.kKassen, cast.jobcenter, cast.supplier],
    others: [cast.otherSupplier, otherJobcenter],
    types: courseTypes,
    story: (narrator, ledger) =>
      play({ portal, cast, narrator, ledger, week: term, numberMade, clock, otherJobcenter }),
  })
  // However the story ended: the clock first, and then what became of the story.
  await played.catch(() => undefined)
  const restored = clock.restore()
  await restored.then(
    () => tell('The clock is back on the real time.'),
    () => tell('The clock could not be put back; the next `npm start` does it.'),
  )
  const evidence = await played
  await restored
  return evidence
}
