import { TableError } from './table-file.ts'

/** Ours: what is written without a tag between, and more than any tag itself is. Characters. */
const mostText = 65_536

const sections = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

/**
 * Where a comment, a section of characters or an instruction that begins at `at` ends; undefined for a tag.
 * @throws TableError `file-damaged` when it does not end
 */
export const endOfSection = (xml: string, at: number): number | undefined => {
  for (const [opening, closing] of sections) {
    if (!xml.startsWith(opening, at)) continue
    const end = xml.indexOf(closing, at + opening.length)
    if (end === -1) throw new TableError('file-damaged')
    return end + closing.length
  }
  return undefined
}

/**
 * Goes over a part once before its reader does, which would go over an unfinished piece again and again: every tag ends
 * before the next one begins, and no piece is long.
 * @throws TableError `file-damaged`, `cell-too-long`
 */
export const checkMarkup = (xml: string): void => {
  let at = xml.indexOf('<')
  if (at === -1) at = xml.length
  if (at > mostText) throw new TableError('cell-too-long')
  while (at < xml.length) {
    const behind = endOfSection(xml, at)
    const next = xml.indexOf('<', behind ?? at + 1)
    const end = next === -1 ? xml.length : next
    if (behind === undefined) {
      const closed = xml.indexOf('>', at)
      if (closed === -1 || closed > end) throw new TableError('file-damaged')
    }
    if (end - at > mostText) throw new TableError('cell-too-long')
    at = end
  }
}
