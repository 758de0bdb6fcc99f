import { ours, type ProblemEntry } from './problem-entry.ts'

/** Refusals of the rules on documents (src/rules/document). */
export const documentProblems = {
  'document-type-not-allowed': {
    status: 422,
    title: { da: 'Filtypen tages ikke imod', en: 'This type of file is not taken' },
    detail: {
      da: 'Et bilag er en PDF, en PNG eller en JPEG (allowedTypes); det afgøres af indholdet, ikke af navnet.',
      en: 'A document is a PDF, a PNG or a JPEG (allowedTypes), told by its content and not by its name.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
