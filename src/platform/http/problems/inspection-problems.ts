import { ours, type ProblemEntry } from './problem-entry.ts'

/** Refusals of the rules on inspections (src/rules/inspection). */
export const inspectionProblems = {
  'finding-already-withdrawn': {
    status: 409,
    title: { da: 'Fundet er trukket tilbage', en: 'The finding was withdrawn' },
    detail: {
      da: 'Fundet er trukket tilbage i forvejen. Registrer et nyt, hvis der er noget at vurdere.',
      en: 'The finding was withdrawn before. Record another one if there is something to judge.',
    },
    rule: ours,
  },
  'inspection-closed': {
    status: 409,
    title: { da: 'Tilsynet er lukket', en: 'The inspection is closed' },
    detail: {
      da: 'Et lukket tilsyn ændres ikke mere. Udtræk et nyt, hvis noget skal ses igen.',
      en: 'A closed inspection changes no more. Draw another one if something is to be looked at again.',
    },
    rule: ours,
  },
  'inspection-discarded': {
    status: 409,
    title: { da: 'Udtrækket er kasseret', en: 'The draw was discarded' },
    detail: {
      da: 'Et kasseret udtræk bliver, som det er: der registreres intet i det, og det lukkes ikke.',
      en: 'A discarded draw stays as it is: nothing is recorded in it, and it is not closed.',
    },
    rule: ours,
  },
  'inspection-incomplete': {
    status: 422,
    title: { da: 'Der mangler vurderinger', en: 'Judgements are missing' },
    detail: {
      da: 'Hvert forløb har en vurdering af hvert af sine kontrolpunkter, eller tilsynet siger i notJudged, hvorfor ikke. missing viser dem, der mangler.',
      en: 'Each course has each of its control points judged, or the inspection says in notJudged why not. missing lists what lacks.',
    },
    rule: ours,
  },
  'inspection-of-others': {
    status: 403,
    title: { da: 'Tilsynet føres af andre', en: 'Others conduct the inspection' },
    detail: {
      da: 'Kun et tilsyn, der kan se hele stikprøven, registrerer fund i den og lukker den; et udtræk kasseres af det eller af den, der lavede det.',
      en: 'Only an auditor who sees the whole sample records findings in it and closes it; a draw is discarded by that auditor or by whoever made it.',
    },
    rule: ours,
  },
  'not-judged-invalid': {
    status: 422,
    title: { da: 'En begrundelse passer ikke', en: 'A reason does not fit' },
    detail: {
      da: 'notJudged nævner forløb i stikprøven, hver ting én gang og kun det, der mangler en vurdering, og siger hvorfor med ord. errors siger, hvor den ikke gør.',
      en: 'notJudged names courses of the sample, each thing once, and only what has no judgement, and says why in words. errors tells where it does not.',
    },
    rule: ours,
  },
  'nothing-to-draw': {
    status: 422,
    title: { da: 'Der er intet at udtrække', en: 'There is nothing to draw from' },
    detail: {
      da: 'Leverandøren eller kommunen har ingen forløb af den slags, der er bedt om. Der er ikke lavet noget tilsyn.',
      en: 'The supplier or municipality has no courses of the kind that was asked for. No inspection was made.',
    },
    rule: ours,
  },
  'visit-date-invalid': {
    status: 422,
    title: { da: 'Besøgets dato passer ikke', en: 'The date of the visit does not fit' },
    detail: {
      da: 'Et besøg ligger fra dagen for udtrækket (from) til i dag (to).',
      en: 'A visit lies between the day of the drawing (from) and today (to).',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
