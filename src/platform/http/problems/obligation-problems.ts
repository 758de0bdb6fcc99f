import { ours, type ProblemEntry, section } from './problem-entry.ts'

/** Refusals of the rules on duties and their deadlines (src/rules/obligation). */
export const obligationProblems = {
  'extension-needs-jobcenter': {
    status: 403,
    title: { da: 'Kun jobcentret kan give en ny frist', en: 'Only the jobcenter gives another deadline' },
    detail: {
      da: 'En anden frist aftales med det bestillende jobcenter, som selv registrerer den med en begrundelse.',
      en: 'Another deadline is agreed with the ordering jobcenter, which registers it itself with a reason.',
    },
    rule: section('§ 3'),
  },
  'obligation-settled': {
    status: 409,
    title: { da: 'Pligten er afsluttet', en: 'The duty is settled' },
    detail: {
      da: 'En opfyldt eller bortfaldet pligt har ingen frist at flytte; obligationStatus viser dens status.',
      en: 'A duty that was met or waived has no deadline to move; obligationStatus says where it stands.',
    },
    rule: ours,
  },
  'extension-not-later': {
    status: 422,
    title: { da: 'Den nye frist er ikke senere', en: 'The new deadline is not later' },
    detail: {
      da: 'Den nye frist ligger efter den nuværende (currentDueOn) og ikke før i dag (today).',
      en: 'The new deadline lies after the present one (currentDueOn) and not before today (today).',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
