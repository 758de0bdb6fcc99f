import { ours, type ProblemEntry } from './problem-entry.ts'

/** Refusals of the rules on inspections (src/rules/inspection). */
export const inspectionProblems = {
  'inspection-closed': {
    status: 409,
    title: { da: 'Tilsynet er afsluttet', en: 'The inspection is closed' },
    detail: {
      da: 'Et afsluttet tilsyn ændres ikke mere. Udtræk et nyt, hvis noget skal ses igen.',
      en: 'A closed inspection changes no more. Draw another one if something is to be looked at again.',
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
      da: 'Kun et tilsyn, der kan se hele stikprøven, registrerer fund i den og afslutter den.',
      en: 'Only an auditor who sees the whole sample records findings in it and closes it.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
