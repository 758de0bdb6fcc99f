import { type Kysely, sql } from 'kysely'

const validFrom = '2010-01-01'

type Code = readonly [code: string, da: string, en: string, attributes?: Record<string, unknown>]

/** K-kassen is part of every installation: § 7 names it as a recipient. */
const kKassen = '01890000-0000-7000-8000-00000000c001'

const absenceReasons: readonly Code[] = [
  ['no-notice', 'Udeblevet uden besked', 'Stayed away without notice'],
  ['late-arrival', 'Mødt for sent', 'Arrived late'],
  ['left-early', 'Gået tidligt', 'Left early'],
  ['child-sick', 'Barns sygdom', "A child's sickness"],
  ['appointment-authority', 'Aftale hos en myndighed', 'Appointment with an authority'],
  ['medical-appointment', 'Læge- eller behandlingsaftale', 'Medical appointment'],
  ['job-interview', 'Jobsamtale', 'Job interview'],
  ['transport', 'Transportproblemer', 'Transport problems'],
  ['family', 'Familiære forhold', 'Family matters'],
  ['holiday', 'Ferie', 'Holiday'],
  ['sickness-not-accepted', 'Sygdom, ikke accepteret af Kontaktcentret', 'Sickness not accepted by Kontaktcentret'],
  ['non-participation', 'Mødt, men vil ikke deltage', 'Came but will not take part'],
  ['other', 'Andet', 'Other'],
  [
    'own-sickness',
    'Egen sygdom (meldes til Kontaktcentret)',
    'Own sickness (reported to Kontaktcentret)',
    { answeredWith: 'sick-leave-not-in-portal' },
  ],
  [
    'passivity',
    'Passivitet (indberettes ikke)',
    'Passivity (not reported)',
    { answeredWith: 'passivity-is-not-absence' },
  ],
]

/** Ours: § 7 describes the first-meeting procedure for cash benefits and names the other groups among its recipients. */
const targetGroups: readonly (readonly [
  string,
  string,
  string,
  firstMeetingProcedure: boolean,
  toKkassen: boolean,
  because: string,
])[] = [
  [
    'cash-benefit-activity-ready',
    'Aktivitetsparat kontanthjælpsmodtager',
    'Cash-benefit recipient, ready for activity',
    true,
    true,
    '§ 7',
  ],
  ['resource-course', 'Ressourceforløbsborger', 'Citizen in a resource course', true, true, '§ 7'],
  [
    'cash-benefit-job-ready',
    'Jobparat kontanthjælpsmodtager',
    'Cash-benefit recipient, ready for a job',
    true,
    true,
    '§ 8',
  ],
  ['education-benefit', 'Uddannelseshjælpsmodtager', 'Education-benefit recipient', true, true, '§ 8'],
  ['sickness-benefit', 'Sygedagpengemodtager', 'Sickness-benefit recipient', true, false, '§ 7'],
  ['unemployment-allowance', 'Ledighedsydelsesmodtager', 'Unemployment-allowance recipient', true, false, '§ 7'],
  ['rehabilitation', 'Revalidend', 'Citizen in rehabilitation', true, false, '§ 7'],
  ['integration-act', 'Borger under integrationsloven', 'Citizen under the Integration Act', true, false, '§ 7'],
  ['insured-unemployed', 'Dagpengemodtager', 'Insured unemployed', false, false, 'ordering-jobcenter'],
  ['other', 'Anden målgruppe', 'Other target group', true, false, 'ordering-jobcenter'],
]

const attendanceCodes: readonly Code[] = [
  ['unauthorised', 'Uberettiget fravær', 'Unauthorised absence'],
  ['sick-reported', 'Sygemeldt af borgeren', 'Sick, as the citizen said'],
  ['sick-accepted', 'Sygdom accepteret af Kontaktcentret', 'Sick, accepted by Kontaktcentret'],
  ['approved-leave', 'Fravær godkendt af jobcentret', 'Leave approved by the jobcenter'],
]

const terminationCauses: readonly Code[] = [
  ['completed', 'Gennemført', 'Completed'],
  ['employment', 'Kommet i arbejde', 'Found employment'],
  ['education', 'Begyndt på uddannelse', 'Started an education'],
  ['interrupted', 'Afbrudt', 'Interrupted'],
  ['benefit-stopped', 'Ydelsen er ophørt', 'The benefit stopped'],
  ['moved', 'Flyttet', 'Moved away'],
  ['never-started', 'Aldrig påbegyndt', 'Never started'],
  ['other', 'Andet', 'Other'],
]

/** Code sets with their labels, K-kassen, and the recipients of the target groups (§ 7, § 8). */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const codes = async (set: string, values: readonly Code[]): Promise<void> => {
    for (const [position, [code, da, en, attributes]] of values.entries()) {
      await sql`insert into code_values (set_name, code, label_da, label_en, position, attributes, valid_from)
        values (${set}, ${code}, ${da}, ${en}, ${position}, ${JSON.stringify(attributes ?? {})}::jsonb, ${validFrom})`.execute(
        db,
      )
    }
  }
  await codes('absence-reasons', absenceReasons)
  await codes('attendance-codes', attendanceCodes)
  await codes('termination-causes', terminationCauses)
  await codes(
    'target-groups',
    targetGroups.map(([code, da, en, firstMeetingProcedure]) => [code, da, en, { firstMeetingProcedure }]),
  )

  await sql`insert into organisations (id, name, kinds, secure_email)
    values (${kKassen}, 'K-kassen (Ydelsesservice København)', '{benefits-office}', 'k-kassen@sikkermail.example')`.execute(
    db,
  )
  for (const [index, [group, , , , toKkassen, because]] of targetGroups.entries()) {
    const id = `01890000-0000-7000-8000-0000000d${String(index).padStart(4, '0')}`
    await sql`insert into routing_policies (id, target_group, recipient_id, because, valid_from)
      values (${id}, ${group}, ${toKkassen ? kKassen : null}, ${because}, ${validFrom})`.execute(db)
  }
}
