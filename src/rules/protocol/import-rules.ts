import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: imports of one supplier that wait or run at a time. */
export const mostUnfinishedImports = 10

/**
 * Ours: what is imported is the template as CSV or XLSX.
 * @param file what the content shows itself to be; a name or a header is not asked
 */
export const importFileIsAllowed = (
  file: { readonly kind: 'csv' | 'xlsx' } | { readonly kind: null; readonly found: string },
): Verdict<'import-file-not-allowed'> =>
  file.kind === null
    ? refused('import-file-not-allowed', { found: file.found, allowedTypes: ['csv', 'xlsx'] })
    : allowed

/** Ours: whole files wait in the database, so one supplier keeps a few of them there. */
export const importsAreFew = (unfinished: number): Verdict<'too-many-imports'> =>
  unfinished < mostUnfinishedImports ? allowed : refused('too-many-imports', { unfinished })
