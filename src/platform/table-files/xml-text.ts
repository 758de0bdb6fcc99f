/** XML 1.0 has no way to write these, and no text needs them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g

/** A text without the characters that no workbook can hold. Files of both kinds are written so, and say the same. */
export const xmlText = (text: string): string => text.toWellFormed().replaceAll(notInXml, '')

/** What every workbook reader takes for an escaped character. */
const escapedCharacter = /_x(?=[0-9A-Fa-f]{4}_)/g

const escapedFirst = (text: string): string =>
  `_x${text.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_${text.slice(1)}`

/**
 * A text as it stands in a workbook: an escape that it holds is escaped itself. The names that every object has
 * (`toString`) begin with an escape, since the writer looks texts up in an object.
 */
export const workbookText = (text: string): string => {
  const plain = xmlText(text).replaceAll(escapedCharacter, '_x005F_x')
  return plain in Object.prototype ? escapedFirst(plain) : plain
}
