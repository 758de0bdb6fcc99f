import { type BothLanguages, byLateness, type Figure, section } from './figure.ts'

const duty = { source: 'duties', counts: 'cases' } as const satisfies Partial<Figure>

const theDuties: BothLanguages = {
  da: 'Samarbejde og dokumentation: den enkelte frists paragraf',
  en: "Samarbejde og dokumentation: each duty's own section",
}
const wholeDays: BothLanguages = {
  da: 'Vores læsning: en frist udløber kl. 24 dansk tid',
  en: 'Ours: a duty is due until 24:00 in Copenhagen',
}
const ranges: BothLanguages = {
  da: 'Vores: arbejdsdage, i intervaller',
  en: 'Ours: working days, in ranges',
}
const orderedLate: BothLanguages = {
  da: 'Vores: en bestilling kan komme for sent til sine frister',
  en: 'Ours: an order can come too late for its duties',
}

/** Of cases that are open until another day than that by which they fall into a period. */
export const missing = { when: 'before-today', whenOf: 'open-until' } as const satisfies Partial<Figure>
export const notYetDue = { when: 'from-today', whenOf: 'open-until' } as const satisfies Partial<Figure>

/**
 * Duties. Each is counted in exactly one place: waived, opened late by the authority, or due; and one that is due is met, met
 * late, overdue, or not yet due. Ours: what the authority opened when its date was over (an order that came late) could be kept
 * by nobody in time and is no part of what was due; what the supplier's own act opened late is (`openedLateBy`).
 */
export const dutyFigures = {
  dutiesDue: {
    ...duty,
    measure: 'due',
    basis: theDuties,
    definition: {
      da: 'Frister, der ikke er bortfaldet, undtagen dem, som myndigheden først gav anledning til, da de var udløbet.',
      en: 'Duties that were not waived, but for those that the authority opened when their date was over.',
    },
  },
  dutiesMet: {
    ...duty,
    measure: 'met',
    basis: wholeDays,
    definition: {
      da: 'Frister, der er overholdt før kl. 24 på dagen, dansk tid.',
      en: 'Duties met before 24:00 in Copenhagen of the day on which they were due.',
    },
  },
  dutiesMetLate: {
    ...duty,
    measure: 'met_late',
    basis: wholeDays,
    definition: { da: 'Frister, der er opfyldt efter dagen.', en: 'Duties met after that day.' },
  },
  ...byLateness('dutiesMetLate', {
    source: 'duties',
    basis: ranges,
    of: { da: 'Frister opfyldt, i arbejdsdage:', en: 'Duties met, in working days:' },
  }),
  dutiesOverdue: {
    ...duty,
    measure: 'still_open',
    when: 'before-today',
    basis: wholeDays,
    definition: {
      da: 'Frister, hvis dag er forbi, og som stadig ikke er opfyldt.',
      en: 'Duties whose day is over and that are not met yet.',
    },
  },
  dutiesNotYetDue: {
    ...duty,
    measure: 'still_open',
    when: 'from-today',
    basis: wholeDays,
    definition: {
      da: 'Frister, der er åbne, og som udløber i dag eller senere.',
      en: 'Open duties that are due today or later.',
    },
  },
  dutiesOpenedAfterDue: {
    ...duty,
    measure: 'opened_after_due',
    basis: orderedLate,
    definition: {
      da: 'Frister, som myndigheden først gav anledning til, da de var udløbet (en bestilling godkendt for sent), og som ikke er bortfaldet; de tæller ikke som frister. Var det leverandøren selv, der var sent på den, er fristen overskredet som enhver anden.',
      en: "Duties that the authority opened when their date was over already (an order approved late), and not waived; they are no part of what was due. One that the supplier's own lateness opened late counts as any other.",
    },
  },
  dutiesOpenedAfterDueUnmet: {
    ...duty,
    measure: 'opened_after_due_open',
    basis: orderedLate,
    definition: {
      da: 'De af dem, der stadig ikke er opfyldt.',
      en: 'Those of them that are not met yet.',
    },
  },
  dutiesWaived: {
    ...duty,
    measure: 'waived',
    basis: {
      da: 'Vores: en frist bortfalder med det, den udspringer af',
      en: 'Ours: a duty falls away together with its cause',
    },
    definition: {
      da: 'Frister, der er bortfaldet, fordi bestillingen, planen eller aftalen ændrede sig.',
      en: 'Duties that fell away because order, plan or agreement changed.',
    },
  },
} as const satisfies Readonly<Record<string, Figure>>

const meeting = { source: 'meetings', counts: 'cases', basis: section('§ 7') } as const satisfies Partial<Figure>

/** § 7: missed first meetings, their letters and the new meetings. */
export const meetingFigures = {
  firstMeetingsMissed: {
    ...meeting,
    measure: 'missed',
    definition: {
      da: 'Første møder, som borgeren udeblev fra.',
      en: 'First meetings that the citizen did not come to.',
    },
  },
  reSummonsOwed: {
    ...meeting,
    measure: 'letters_owed',
    definition: {
      da: 'De af dem, der kræver en genindkaldelse, eller hvor den er sendt, undtagen hvor myndigheden lod fristen udløbe først.',
      en: 'Those of them that ask for a letter, or have one, but where the authority let its date pass first.',
    },
  },
  reSummonsInTime: {
    ...meeting,
    measure: 'letters_in_time',
    definition: {
      da: 'Genindkaldelser sendt samme dag eller næste arbejdsdag, eller til en senere dag, der er aftalt.',
      en: 'Letters sent on the day of the missed meeting or the next working day, or by a later one that was agreed.',
    },
  },
  reSummonsLate: {
    ...meeting,
    measure: 'letters_late',
    definition: { da: 'Genindkaldelser sendt senere.', en: 'Letters sent later than that.' },
  },
  reSummonsMissing: {
    ...meeting,
    measure: 'letters_missing',
    ...missing,
    definition: {
      da: 'Udeblivelser, der kræver en genindkaldelse, hvis frist er forbi, og som endnu ingen har.',
      en: 'Missed meetings that ask for a letter, whose day is over, and that have none yet.',
    },
  },
  reSummonsNotYetDue: {
    ...meeting,
    measure: 'letters_missing',
    ...notYetDue,
    definition: {
      da: 'Udeblivelser uden genindkaldelse, som endnu kan sendes i tide: i dag eller senere.',
      en: 'Missed meetings without a letter that can still be sent in time: today or later.',
    },
  },
  newMeetingsInWindow: {
    ...meeting,
    measure: 'new_meetings_in_window',
    definition: {
      da: 'Genindkaldelser til et nyt møde senest 14 dage efter det første.',
      en: 'Letters to a new meeting at most fourteen days after the missed one.',
    },
  },
  newMeetingsLate: {
    ...meeting,
    measure: 'new_meetings_late',
    definition: {
      da: 'Genindkaldelser til et senere møde, undtagen hvor myndigheden lod brevets frist udløbe først.',
      en: 'Letters to a later meeting, but where the authority let the date of the letter pass first.',
    },
  },
} as const satisfies Readonly<Record<string, Figure>>

const contact = { source: 'contacts', counts: 'cases', basis: section('§ 8') } as const satisfies Partial<Figure>

/** § 8: what benefits offices asked and suppliers answered. */
export const contactFigures = {
  contactRequestsAsked: {
    ...contact,
    measure: 'asked',
    definition: { da: 'Kontaktanmodninger.', en: 'Contact requests.' },
  },
  contactRequestsAnswered: {
    ...contact,
    measure: 'answered',
    definition: { da: 'Kontaktanmodninger, der er besvaret.', en: 'Contact requests that were answered.' },
  },
  contactRequestsAnsweredInTime: {
    ...contact,
    measure: 'answered_in_time',
    definition: {
      da: 'Kontaktanmodninger besvaret samme arbejdsdag, eller den næste, hvis de kom på en fridag; eller til en senere dag, der er aftalt.',
      en: 'Contact requests answered the same working day, or the next if they came on none; or by a later one that was agreed.',
    },
  },
  contactRequestsAnsweredLate: {
    ...contact,
    measure: 'answered_late',
    definition: { da: 'Kontaktanmodninger besvaret senere.', en: 'Contact requests answered later than that.' },
  },
  contactRequestsUnanswered: {
    ...contact,
    measure: 'unanswered',
    ...missing,
    definition: {
      da: 'Kontaktanmodninger uden svar, hvis frist er forbi.',
      en: 'Contact requests whose day is over and that have no answer.',
    },
  },
  contactRequestsNotYetDue: {
    ...contact,
    measure: 'unanswered',
    ...notYetDue,
    definition: {
      da: 'Kontaktanmodninger uden svar, som endnu kan besvares i tide: i dag eller senere.',
      en: 'Contact requests without an answer that can still be given in time: today or later.',
    },
  },
} as const satisfies Readonly<Record<string, Figure>>
