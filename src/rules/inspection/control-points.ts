/** The phases of a course when it is drawn. */
export const coursePhases = ['running', 'ended'] as const
export type CoursePhase = (typeof coursePhases)[number]

/**
 * A control point: what an inspector judges of each course. `judgedBy`: whether the registers propose the outcome and the
 * inspector confirms it, or it is seen on site. `phases`: of which courses it is asked.
 */
export type ControlPoint = {
  readonly code: string
  readonly da: string
  readonly en: string
  /** Of Samarbejde og dokumentation. */
  readonly section: string
  readonly judgedBy: 'data' | 'on-site'
  readonly phases: readonly CoursePhase[]
}

const both = coursePhases
const running = ['running'] as const

/**
 * Ours: the control points. The sources name no list; each point here is a duty that they put on a supplier, and a visit
 * looks at what no register can tell.
 */
export const controlPoints = [
  {
    code: 'start-assessment',
    da: 'Fokusområderne er vurderet sammen med borgeren ved opstart',
    en: 'Focus areas were assessed with the citizen at the start',
    section: '§ 2',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'reports-in-time',
    da: 'Leverandørrapporterne er afleveret til tiden',
    en: 'Supplier reports came in time',
    section: '§ 3',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'plan-complete',
    da: 'Timeplanen er lagt og svarer til de bestilte timer',
    en: 'The plan is put and matches the ordered hours',
    section: '§ 4',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'attendance-day-by-day',
    da: 'Fremmødet er ført dag for dag',
    en: 'Attendance is recorded day by day',
    section: '§ 5',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'protocol-in-time',
    da: 'Månedsprotokollerne er fuldstændige og indsendt til tiden',
    en: 'Monthly protocols are complete and were submitted in time',
    section: '§ 5',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'off-site-documented',
    da: 'Aktiviteter ude af huset er dokumenteret',
    en: 'Off-site activities are documented',
    section: '§ 4, § 5',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'absence-same-day',
    da: 'Fravær er anmeldt samme dag',
    en: 'Absence was reported the same day',
    section: '§ 6, § 8',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'registers-agree',
    da: 'Protokol og fraværsregistreringer stemmer overens',
    en: 'Protocol and absence registrations agree',
    section: '§ 5, § 6',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'first-meeting-handled',
    da: 'Udeblivelse fra første møde er håndteret efter proceduren og til tiden',
    en: 'A missed first meeting was handled by the procedure and in time',
    section: '§ 7',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 're-summons-contacts',
    da: 'Genindkaldelsen er fulgt op med påmindelser og opkald',
    en: 'The re-summons was followed by reminders and calls',
    section: '§ 7',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'citizen-referred',
    da: 'Borgeren er bedt om at kontakte K-kassen efter fravær, og kontaktanmodninger er besvaret',
    en: 'The citizen was asked to call K-kassen after absence, and contact requests were answered',
    section: '§ 8',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'sickness-accepted',
    da: 'Meldt sygdom er accepteret af Kontaktcentret',
    en: 'Reported sickness was accepted by Kontaktcentret',
    section: '§ 9',
    judgedBy: 'data',
    phases: both,
  },
  {
    code: 'documents-legible',
    da: 'Bilagene er læselige og viser det, de skal',
    en: 'Documents are legible and show what they should',
    section: '§ 5, § 16',
    judgedBy: 'on-site',
    phases: both,
  },
  {
    code: 'report-content',
    da: 'Rapporterne holder sig til forløbet og beskriver udviklingen',
    en: 'Reports keep to the course and describe the development',
    section: '§ 3',
    judgedBy: 'on-site',
    phases: both,
  },
  {
    code: 'protocol-shown',
    da: 'Protokollen kunne vises ved det uanmeldte besøg og var ført til dags dato',
    en: 'The protocol could be shown at the unannounced visit, recorded up to the day',
    section: '§ 5',
    judgedBy: 'on-site',
    phases: running,
  },
  {
    code: 'presence-as-recorded',
    da: 'De fremmødte borgere svarer til dagens fremmøde',
    en: 'The citizens present are those recorded that day',
    section: '§ 5',
    judgedBy: 'on-site',
    phases: running,
  },
  {
    code: 'place-as-agreed',
    da: 'Aktiviteten foregår på den registrerede leveringsadresse',
    en: 'The activity takes place at the registered delivery address',
    section: '§ 4',
    judgedBy: 'on-site',
    phases: running,
  },
  {
    code: 'hours-as-planned',
    da: 'Aktiviteten har de planlagte timer og er rettet mod beskæftigelse',
    en: 'The activity has the planned hours and aims at employment',
    section: '§ 4',
    judgedBy: 'on-site',
    phases: running,
  },
  {
    code: 'no-homework',
    da: 'Der er ikke sat hjemmearbejde i værk',
    en: 'No work is set for home',
    section: '§ 4',
    judgedBy: 'on-site',
    phases: running,
  },
] as const satisfies readonly ControlPoint[]

export type ControlPointCode = (typeof controlPoints)[number]['code']
export const controlPointCodes: readonly ControlPointCode[] = controlPoints.map(({ code }) => code)

/** Whether the registers propose the outcome at a control point. */
export const isJudgedByData = (controlPoint: string): boolean =>
  controlPoints.some(({ code, judgedBy }) => code === controlPoint && judgedBy === 'data')

/** The control points that are judged of a course that was drawn in this phase. */
export const pointsOfPhase = (phase: CoursePhase) =>
  controlPoints.filter(({ phases }) => (phases as readonly CoursePhase[]).includes(phase))

export const outcomes = ['in-order', 'irregularity', 'not-applicable'] as const
export type Outcome = (typeof outcomes)[number]
