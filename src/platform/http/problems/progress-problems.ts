import { ours, type ProblemEntry } from './problem-entry.ts'

/** Refusals of the rules on focus areas and milestones (src/rules/progress). */
export const progressProblems = {
  'assessment-date': {
    status: 422,
    title: { da: 'Vurderingens dag passer ikke', en: 'The day of the assessment does not fit' },
    detail: {
      da: 'En startvurdering er lavet på en dag, der er kommet, og senest på forløbets sidste dag (to).',
      en: 'A start assessment was made on a day that has come, and on the last day of the course at the latest (to).',
    },
    rule: ours,
  },
  'milestone-already-reached': {
    status: 409,
    title: { da: 'Milepælen er allerede registreret', en: 'The milestone is registered already' },
    detail: {
      da: 'Milepælen er nået på dette forløb (reachedOn). Er datoen forkert, så træk registreringen tilbage (milestoneId), og registrér den igen.',
      en: 'The milestone is reached on this course (reachedOn). If the date is wrong, withdraw the registration (milestoneId) and register it again.',
    },
    rule: ours,
  },
  'milestone-already-withdrawn': {
    status: 409,
    title: { da: 'Milepælen er allerede trukket tilbage', en: 'The milestone is withdrawn already' },
    detail: { da: 'Registreringen gælder ikke længere.', en: 'The registration no longer stands.' },
    rule: ours,
  },
  'milestone-date': {
    status: 422,
    title: { da: 'Milepælens dag ligger ikke i forløbet', en: 'The day of the milestone does not lie in the course' },
    detail: {
      da: 'En milepæl er nået på en dag i forløbet, som er kommet (from, to).',
      en: 'A milestone is reached on a day of the course that has come (from, to).',
    },
    rule: ours,
  },
  'unknown-milestone': {
    status: 422,
    title: { da: 'Milepælen kendes ikke', en: 'The milestone is not known' },
    detail: {
      da: 'Brug en kode fra GET /v1/code-sets/milestones, som gælder den dag, milepælen er nået.',
      en: 'Use a code of GET /v1/code-sets/milestones that is valid on the day on which the milestone is reached.',
    },
    rule: { source: 'Indsatsen for udsatte borgere (004)', section: 'Mål for målgrupperne' },
  },
} as const satisfies Record<string, ProblemEntry>
