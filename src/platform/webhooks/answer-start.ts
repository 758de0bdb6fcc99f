/** Characters (code points) of an answer that are kept. */
const length = 200

/**
 * Ours: bytes of an answer that are looked at. What is taken out leaves one character, so 200 characters may come from
 * much more; beyond this the rest is cut.
 */
const windowBytes = 8192

/** What stands for everything that was taken out. */
const gap = '…'

/** What people put between the digits of a number. */
const between = String.raw`[\s\p{Z}\p{M}\p{Pd}\p{Pc}\p{Sm}.,:;/\\'"*#()\[\]|~^]`
/** Six digits or more, however they are separated: CPR, telephone, account and CVR numbers, dates. */
const longNumber = new RegExp(String.raw`\p{N}(?:${between}*\p{N}){5,}`, 'gu')
const anyNumber = new RegExp(String.raw`\p{N}(?:${between}|\p{N})*`, 'gu')
// It begins where a word does: looked for from each character, a long word would cost its length squared.
const email = /(?<![^\s@<>"'(),;:])[^\s@<>"'(),;:]*(?:@|%40)[^\s<>"'(),;]*/gi
// One that is longer is no address, and cut at 200 characters anyway.
const wordAtEnd = /(?<![\p{L}\p{N}\p{M}@._%+\-\uFFFD])[\p{L}\p{N}\p{M}@._%+\-\uFFFD]{1,128}$/u

/** Ours: members of a JSON answer whose text says what was wrong and not with whom. */
const toldMembers: ReadonlySet<string> = new Set(
  'error errors error_code errorcode error_description code type title message status statuscode detail description reason'.split(
    ' ',
  ),
)

/** A name that a program gave, not a person's used as a key. */
const plainMember = /^[a-z][\w.-]{0,39}$/i

/**
 * A JSON string (cut off ones too); what stands before it if it is a member's value is not part of it. Behind it, a colon
 * tells that it is a member's name.
 */
const jsonString = /"((?:[^"\\]|\\.)*)("(\s*:)?|\\?$)/gs

/** Only the texts that tell what was wrong are left of a JSON answer, and the members' names, numbers and literals. */
const withoutJsonTexts = (text: string): string => {
  let member = ''
  let endOfMember = -1
  return text.replace(jsonString, (found, inner: string, _end: string, colon: string | undefined, at: number) => {
    if (colon !== undefined) {
      member = inner
      endOfMember = at + found.length
      return plainMember.test(inner) ? found : `"${gap}"${colon}`
    }
    const isValue = endOfMember >= 0 && text.slice(endOfMember, at).trim() === ''
    if (isValue && toldMembers.has(member.toLowerCase())) return found
    return `"${gap}"`
  })
}

/** Escapes of JSON and HTML that hide a digit or an @ are written out; all others become a blank. */
const withoutEscapes = (text: string): string =>
  text
    .replace(/\\u([0-9a-f]{4})/gi, (_found, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_found, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : ' '
    })
    .replace(/\\[nrtbf/]/g, ' ')
    .toWellFormed()

/** Other ways to write the same character (full-width digits) become the usual one; controls, breaks and marks blanks. */
const oneLine = (text: string): string =>
  text
    .split(gap)
    .map((part) => part.normalize('NFKC'))
    .join(gap)
    .replace(/[\p{C}\s\p{Z}]+/gu, ' ')
    .trim()

/** The text before `end` (in UTF-16 units), without the number that the end cuts through or that stands at it. */
const before = (text: string, end: number): string => {
  for (const { index, 0: number } of text.matchAll(anyNumber)) {
    if (index < end && index + number.length >= end) return text.slice(0, index)
  }
  return text.slice(0, end)
}

const cut = (text: string): string => {
  const characters = [...text]
  if (characters.length <= length) return text
  return before(text, characters.slice(0, length).join('').length).trimEnd()
}

/**
 * The first 200 characters of an answer in one line, without what may be somebody's: numbers of six digits or more
 * however they are separated (CPR, telephone), e-mail addresses, and of a JSON answer all texts but those of the members
 * that tell what was wrong (`error`, `code`, `type`, `title`, `message`, `status`, `detail` and their like); `…` stands
 * for each. A name in plain words (a message, an HTML page) cannot be told from other words and stays.
 * Nothing is kept of a number or word that the end of what was read cuts through.
 * @param bytes the answer as it was sent, UTF-8 or taken for it
 * @param whole whether `bytes` is all of it
 * @returns null when nothing is left
 */
export const answerStart = (bytes: Buffer, whole = true): string | null => {
  const seen = bytes.subarray(0, windowBytes).toString('utf8')
  const cutOff = !whole || bytes.length > windowBytes
  const text = cutOff ? before(seen, seen.length).replace(wordAtEnd, '') : seen
  const isJson = /^[\s\uFEFF]*[[{"]|"\s*:/.test(text)
  const told = oneLine(withoutEscapes(isJson ? withoutJsonTexts(text) : text))
  const clean = cut(told.replace(email, gap).replace(longNumber, gap))
  return clean === '' ? null : clean
}
