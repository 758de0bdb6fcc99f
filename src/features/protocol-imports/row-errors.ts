import { isProblemSlug, problemCatalogue } from '#platform/http/problems/catalogue.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { TableFaultCode } from '#platform/table-files/table-file.ts'

/**
 * What is wrong at a place of the file. `row` counts from 1 with the headings as row 1; `column` is a heading of the
 * template or a column's letters. `expected` is the portal's own: planned minutes, valid codes, bounds. Never a value of the
 * file.
 */
export type RowError = {
  readonly row: number | null
  readonly column: string | null
  readonly code: string
  readonly expected?: string
}

type Words = { readonly da: string; readonly en: string }

const ofTheTable: Readonly<Record<TableFaultCode, Words>> = {
  'file-damaged': {
    da: 'Filen er beskadiget eller ufuldstændig. Gem den igen i Excel, og send den på ny.',
    en: 'The file is damaged or incomplete. Save it again in Excel and send it anew.',
  },
  'file-encrypted': {
    da: 'Filen er krypteret. Gem den uden adgangskode.',
    en: 'The file is encrypted. Save it without a password.',
  },
  'file-too-large': {
    da: 'Filen pakker sig ud til mere, end der tages imod. Send kun skabelonens ark, eller del det op.',
    en: 'The file unpacks to more than is taken. Send the sheet of the template alone, or split it.',
  },
  'file-declares-entities': {
    da: 'Filen har en dokumenttype, som intet regneark har. Gem den igen i Excel.',
    en: 'The file declares a document type, which no workbook does. Save it again in Excel.',
  },
  'file-takes-too-long': {
    da: 'Filen tager for lang tid at læse. Del den op.',
    en: 'The file takes too long to read. Split it.',
  },
  'file-has-no-sheet': { da: 'Filen har intet ark.', en: 'The file has no sheet.' },
  'not-text': {
    da: 'Rækken har tegn, som ingen tekst har. Gem filen som CSV (UTF-8).',
    en: 'The row has characters that are in no text. Save the file as CSV (UTF-8).',
  },
  'wrong-encoding': {
    da: 'Rækkens æ, ø og å er ikke skrevet som UTF-8 eller Windows-1252. Gem filen som CSV UTF-8.',
    en: "The row's letters are written neither in UTF-8 nor in Windows-1252. Save the file as CSV UTF-8.",
  },
  'quote-not-closed': { da: 'Et anførselstegn er ikke lukket.', en: 'A quotation mark is not closed.' },
  'quote-out-of-place': {
    da: 'Et anførselstegn står inde i en celle uden at være fordoblet.',
    en: 'A quotation mark stands inside a cell without being doubled.',
  },
  'too-many-rows': { da: 'Der er for mange rækker; del filen op.', en: 'There are too many rows; split the file.' },
  'too-many-columns': {
    da: 'Der er for mange kolonner; brug skabelonens.',
    en: 'There are too many columns; use those of the template.',
  },
  'cell-too-long': {
    da: 'Cellen eller rækken er for lang. Måske mangler et anførselstegn.',
    en: 'The cell or the row is too long. A quotation mark may be missing.',
  },
  'cell-not-readable': { da: 'Cellen kan ikke læses.', en: 'The cell cannot be read.' },
  'cell-shows-an-error': { da: 'Cellen viser en fejl, fx #REF!.', en: 'The cell shows an error such as #REF!.' },
  'formula-without-value': {
    da: 'Formlen er aldrig beregnet. Åbn filen i Excel, gem den, eller skriv værdien.',
    en: 'The formula was never calculated. Open the file in Excel and save it, or write the value.',
  },
}

/** What the portal itself finds in cells, beside the rules. */
const ofTheCells = {
  'file-empty': { da: 'Filen har ingen rækker.', en: 'The file has no rows.' },
  'unknown-column': {
    da: 'Kolonnen kendes ikke; brug skabelonens overskrifter.',
    en: 'The column is not known; use the headings of the template.',
  },
  'missing-column': { da: 'Kolonnen mangler.', en: 'The column is missing.' },
  'doubled-column': { da: 'Kolonnen står der to gange.', en: 'The column stands there twice.' },
  'value-outside-columns': { da: 'Der står noget uden for kolonnerne.', en: 'Something stands outside the columns.' },
  missing: { da: 'Skal udfyldes.', en: 'Has to be filled in.' },
  'wrong-order-number': {
    da: 'Skal være et bestillingsnummer som B-000123.',
    en: 'Has to be an order number such as B-000123.',
  },
  'wrong-date': {
    da: 'Skal være en dato: ÅÅÅÅ-MM-DD eller DD-MM-ÅÅÅÅ.',
    en: 'Has to be a date: YYYY-MM-DD or DD-MM-YYYY.',
  },
  'outside-month': {
    da: 'Dagen ligger uden for den måned, der importeres.',
    en: 'The day lies outside the month that is imported.',
  },
  'wrong-minutes': { da: 'Skal være hele minutter fra 0 til 1440.', en: 'Has to be whole minutes from 0 to 1440.' },
  'wrong-id': { da: 'Skal være et id, som skabelonen har det.', en: 'Has to be an id as the template has it.' },
  'too-long': { da: 'Teksten er for lang.', en: 'The text is too long.' },
  'characters-not-allowed': {
    da: 'Teksten har styretegn, som ikke tages imod.',
    en: 'The text has control characters, which are not taken.',
  },
  'code-without-minutes': { da: 'Koden mangler minutter.', en: 'The code lacks its minutes.' },
  'minutes-without-code': { da: 'Minutterne mangler en fraværskode.', en: 'The minutes lack their code.' },
  'only-with-accepted-sickness': {
    da: 'Udfyldes kun ved sygdom, som Kontaktcentret har accepteret (sick-accepted).',
    en: 'Is filled in with sickness that Kontaktcentret accepted alone (sick-accepted).',
  },
  'off-site-incomplete': {
    da: 'Ude af huset kræver både sted og indhold.',
    en: 'Out of the house asks for both place and content.',
  },
  'duplicate-row': {
    da: 'Bestilling, dato og aktivitet står der allerede i en tidligere række.',
    en: 'Order, date and activity stand in an earlier row already.',
  },
  'correction-reasons-differ': {
    da: 'En dag på en bestilling har én begrundelse for rettelse.',
    en: 'A day of an order has one reason for its correction.',
  },
  'changed-since': {
    da: 'Dagen er ført eller rettet, efter at filen blev sendt. Hent skabelonen igen.',
    en: 'The day was recorded or corrected after the file was sent. Fetch the template again.',
  },
  'unknown-order': { da: 'Bestillingen findes ikke hos jer.', en: 'The order does not exist at your organisation.' },
  'import-failed': {
    da: 'Importen kunne ikke gennemføres; intet er skrevet. Prøv igen, eller kontakt forvaltningen.',
    en: 'The import could not be carried out; nothing was written. Try again, or ask the administration.',
  },
} as const satisfies Record<string, Words>

export type CellFaultCode = keyof typeof ofTheCells

const words: Readonly<Record<string, Words>> = { ...ofTheTable, ...ofTheCells }

/** The words of an error, in the reader's language: the portal's own, or those of the rule that refused. */
export const wordsOf = (code: string, language: Language): string => {
  const own = words[code]
  if (own) return own[language]
  if (!isProblemSlug(code)) return code
  const { detail, title } = problemCatalogue[code]
  return (typeof detail === 'function' ? title : detail)[language]
}

/** Ours: how many errors an import shows; the count tells of them all. */
export const mostErrors = 500
