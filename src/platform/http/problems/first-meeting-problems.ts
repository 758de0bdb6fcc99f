import { ours, type ProblemEntry, section } from './problem-entry.ts'

/** Refusals of the rules on the first meeting and the re-summons (src/rules/first-meeting). */
export const firstMeetingProblems = {
  'first-meeting-already-settled': {
    status: 409,
    title: { da: 'Første møde er afgjort', en: 'The first meeting is settled' },
    detail: {
      da: 'Borgeren har allerede været til første møde, eller forløbet er slut.',
      en: 'The citizen has attended already, or the course is over.',
    },
    rule: section('§ 7'),
  },
  'first-meeting-date': {
    status: 422,
    title: { da: 'Mødedatoen passer ikke', en: 'The date of the meeting does not fit' },
    detail: {
      da: 'Fremmøde registreres for en dag i forløbet, som ikke ligger i fremtiden (from, to); udeblivelse og lovligt forfald for dagen for det aftalte møde (pendingOn), når den er kommet. Et nyt møde ligger efter det gamle og senest på bestillingens sidste dag.',
      en: 'Attendance is registered for a day of the course that does not lie ahead (from, to); a missed or an excused meeting for the day of the meeting that is arranged (pendingOn), once it has come. A new meeting lies after the old one and not after the last day of the order.',
    },
    rule: section('§ 7'),
  },
  'first-meeting-not-pending': {
    status: 409,
    title: { da: 'Der er ikke aftalt noget møde', en: 'No meeting is arranged' },
    detail: {
      da: 'Registrér genindkaldelsen efter den seneste udeblivelse (unansweredMissedOn), eller giv det undskyldte møde (lastExcusedOn) en ny dato; det sætter næste møde. Er borgeren kommet, registreres fremmødet uden videre.',
      en: 'Register the re-summons after the last missed meeting (unansweredMissedOn), or give the excused one (lastExcusedOn) a new date: that sets the next meeting. If the citizen came, register it right away.',
    },
    rule: ours,
  },
  'first-meeting-procedure-not-used': {
    status: 422,
    title: { da: 'Målgruppen har ikke denne procedure', en: 'The target group does not have this procedure' },
    detail: {
      da: 'For målgruppen begynder forløbet på sin første dag. Registrér fraværet dag for dag (POST /v1/absences).',
      en: 'For this target group the course begins on its first date. Register the absence day by day (POST /v1/absences).',
    },
    rule: ours,
  },
  'back-registration-incomplete': {
    status: 422,
    title: { da: 'Dage siden første mødedato mangler', en: 'Days since the first meeting are missing' },
    detail: {
      da: 'Når borgeren kommer, registreres alle planlagte dage siden første mødedato som fravær eller nævnes som undskyldt; missingDates viser, hvad der mangler.',
      en: 'When the citizen comes, every planned day since the first date is registered absent or named as excused; missingDates lists what is missing.',
    },
    rule: section('§ 7'),
  },
  'excused-day-invalid': {
    status: 422,
    title: { da: 'Dagen kan ikke være undskyldt', en: 'The day cannot be an excused one' },
    detail: {
      da: 'En undskyldt dag er planlagt, ligger fra første mødedato til dagen før fremmødet, nævnes en gang og er ikke også registreret som fravær.',
      en: 'An excused day is planned, lies from the first meeting to the day before the return, is named once and is not registered absent as well.',
    },
    rule: ours,
  },
  'outcome-already-withdrawn': {
    status: 409,
    title: { da: 'Udfaldet er trukket tilbage', en: 'The outcome was withdrawn' },
    detail: { da: 'Udfaldet er allerede trukket tilbage.', en: 'The outcome was withdrawn already.' },
    rule: ours,
  },
  'outcome-not-last': {
    status: 409,
    title: { da: 'Udfaldet er ikke det seneste', en: 'It is not the last outcome' },
    detail: {
      da: 'Udfald trækkes tilbage fra det seneste (lastOutcomeId).',
      en: 'Outcomes are withdrawn from the last one on (lastOutcomeId).',
    },
    rule: ours,
  },
  'first-meeting-has-records': {
    status: 409,
    title: { da: 'Der er registreringer efter fremmødet', en: 'Something is recorded since the citizen came' },
    detail: {
      da: 'Der er ført fremmøde eller registreret fravær på bestillingen (recordedOn). Fravær trækkes tilbage først.',
      en: 'Attendance is recorded or absence registered on the order (recordedOn). Withdraw absences first.',
    },
    rule: ours,
  },
  'first-meeting-outcome-missing': {
    status: 409,
    title: { da: 'Første mødes udfald mangler', en: 'The outcome of the first meeting is missing' },
    detail: {
      da: 'Registrér, hvad der blev af mødet (pendingOn), før forløbet afsluttes.',
      en: 'Tell what became of the meeting (pendingOn) before ending the course.',
    },
    rule: ours,
  },
  'already-re-summoned': {
    status: 409,
    title: { da: 'Udeblivelsen er allerede besvaret med et brev', en: 'That missed meeting has its letter already' },
    detail: {
      da: 'Hver udeblivelse har ét genindkaldelsesbrev. Flere forsøg på kontakt registreres som påmindelser på det.',
      en: 'Each missed meeting has one letter of re-summons. Further attempts at contact are reminders on it.',
    },
    rule: ours,
  },
  'new-meeting-too-early': {
    status: 422,
    title: { da: 'Det nye møde er for tidligt', en: 'The new meeting is too early' },
    detail: {
      da: 'Det nye møde er tidligst tre hverdage efter udeblivelsen (earliestOn).',
      en: 'The new meeting is three working days after the missed one at the earliest (earliestOn).',
    },
    rule: section('§ 7'),
  },
  'new-meeting-outside-window': {
    status: 422,
    title: { da: 'Det nye møde er for sent', en: 'The new meeting is too late' },
    detail: {
      da: 'Det nye møde er inden for fjorten dage efter udeblivelsen (latestOn).',
      en: 'The new meeting is within fourteen days of the missed one (latestOn).',
    },
    rule: section('§ 7'),
  },
  'letter-date-invalid': {
    status: 422,
    title: { da: 'Brevets dato passer ikke', en: 'The date of the letter does not fit' },
    detail: {
      da: 'Brevet er sendt fra udeblivelsen til i dag og ikke efter det nye møde (from, to).',
      en: 'The letter was sent between the missed meeting and today, and not after the new meeting (from, to).',
    },
    rule: ours,
  },
  'reminder-date-invalid': {
    status: 422,
    title: { da: 'Kontaktforsøgets tidspunkt passer ikke', en: 'The time of the attempt at contact does not fit' },
    detail: {
      da: 'Kontaktforsøg registreres, når de er gjort, og ligger fra dagen for det missede møde til nu.',
      en: 'Attempts at contact are registered once they were made, from the day of the missed meeting to now.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
