import { type DocumentType, documentTypes } from '#rules/document/document-type.ts'

/** Ours: as long as most file systems take. */
const mostCharacters = 255

/**
 * The name that a caller gave a file, fit for display: without folders, without characters that steer a terminal or turn
 * the direction of writing, at most 255 characters. `document` with the type's ending where nothing is left.
 */
export const displayName = (given: string | undefined, type: DocumentType): string => {
  const lastPart = (given ?? '').split(/[/\\]/).at(-1) ?? ''
  const plain = lastPart
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  const short = [...plain].slice(0, mostCharacters).join('').trim()
  return short === '' || short === '.' || short === '..' ? `document.${documentTypes[type]}` : short
}

/** RFC 8187: what may stand unescaped in an extended parameter. */
const escaped = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * `Content-Disposition` (RFC 6266) that offers a document for saving: a plain name for old readers, and the whole one in
 * UTF-8. Neither can end the parameter or the header.
 */
export const attachment = (fileName: string): string => {
  const plain = fileName.replaceAll(/[^A-Za-z0-9 ._()-]/g, '_')
  const whole = encodeURIComponent(fileName).replaceAll(/['()*]/g, escaped)
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}
