import { ours, type ProblemEntry, section } from './problem-entry.ts'

/** Refusals of the rules on reports and their templates (src/rules/report). */
export const reportProblems = {
  'content-outside-the-course': {
    status: 422,
    title: { da: 'Rapporten handler om andet end forløbet', en: 'The report speaks of other matters than the course' },
    detail: ({ complaints }) => ({
      da: `Hver passage under passages handler om en anden ydelse eller en klage. Fjern den, eller bekræft den i confirmations med en begrundelse for, at den hører til forløbet. Andre forhold sendes til det bestillende jobcenter som en selvstændig henvendelse${typeof complaints === 'string' ? `, klager til ${complaints}` : ''}.`,
      en: `Each of the passages speaks of another benefit or of a complaint. Take it out, or confirm it in confirmations with the reason why it belongs to the course. Other matters go to the ordering jobcenter as enquiries of their own${typeof complaints === 'string' ? `, complaints to ${complaints}` : ''}.`,
    }),
    rule: section('§ 3'),
  },
  'course-not-ended': {
    status: 409,
    title: { da: 'Forløbet er ikke afsluttet', en: 'The course has not ended' },
    detail: {
      da: 'Den afsluttende rapport følger efter forløbets afslutning. Undervejs sendes en statusrapport (interim).',
      en: 'The final report follows the end of the course. Until then, send an interim report.',
    },
    rule: section('§ 3'),
  },
  'report-already-returned': {
    status: 409,
    title: { da: 'Rapporten er allerede sendt tilbage', en: 'The report was returned already' },
    detail: {
      da: 'Denne version (version) er sendt tilbage; leverandøren skylder den næste. Fristen for den kan forlænges.',
      en: 'This version (version) was returned; the supplier owes the next one, whose deadline can be extended.',
    },
    rule: ours,
  },
  'report-already-submitted': {
    status: 409,
    title: { da: 'Rapporten er allerede afleveret', en: 'The report was submitted already' },
    detail: ({ nextSubject }) => ({
      da: `Rapporten findes (reportId, version). En ny version kan sendes, når jobcentret har returneret den.${typeof nextSubject === 'string' ? ' Den næste (nextSubject) er der endnu ikke bedt om: send den før tid ved at angive den i subject.' : ''}`,
      en: `The report is there (reportId, version). A new version can be sent once the jobcenter has returned it.${typeof nextSubject === 'string' ? ' The next one (nextSubject) lies ahead: name it in subject to send it early.' : ''}`,
    }),
    rule: section('§ 3'),
  },
  'report-incomplete': {
    status: 422,
    title: { da: 'Rapporten følger ikke skabelonen', en: 'The report does not follow its template' },
    detail: {
      da: 'Se errors: hver post peger på et afsnit eller felt, der mangler, er tomt, eller som skabelonen ikke kender.',
      en: 'See errors: each entry points at a section or field that is missing, empty, or unknown to the template.',
    },
    rule: section('§ 3'),
  },
  'request-date-invalid': {
    status: 422,
    title: { da: 'Fristen er overskredet på forhånd', en: 'The deadline has passed already' },
    detail: {
      da: 'En rapport bestilles til en dato, der kan nås: i dag (today) eller senere.',
      en: 'A report is asked for by a date that can be kept: today (today) or later.',
    },
    rule: ours,
  },
  'return-date-invalid': {
    status: 422,
    title: { da: 'Den nye frist er overskredet på forhånd', en: 'The new deadline has passed already' },
    detail: {
      da: 'Den næste version skal kunne nås: giv en frist i dag (today) eller senere.',
      en: 'The next version has to be possible: give a deadline of today (today) or later.',
    },
    rule: ours,
  },
  'template-incomplete': {
    status: 422,
    title: { da: 'Skabelonen mangler afsnit', en: 'The template lacks sections' },
    detail: {
      da: 'En skabelon har mindst et afsnit. En afsluttende rapport beder altid om en tekst i hvert af afsnittene focus-areas, development og goal, og i off-site, når der har været aktiviteter ude af huset (missingParts).',
      en: 'A template has a section at least. A final report always asks for a text in each of the sections focus-areas, development and goal, and in off-site where there were activities out of the house (missingParts).',
    },
    rule: section('§ 3'),
  },
  'wrong-template': {
    status: 422,
    title: { da: 'Det er ikke den rigtige skabelon', en: 'This is not the right template' },
    detail: {
      da: 'Jobcentret bestemmer skabelonen: brug den version, der gælder i dag (templateId, templateVersion).',
      en: 'The jobcenter decides the template: use the version that is valid today (templateId, templateVersion).',
    },
    rule: section('§ 3'),
  },
} as const satisfies Record<string, ProblemEntry>
