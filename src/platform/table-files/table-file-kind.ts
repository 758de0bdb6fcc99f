import { TableError } from './table-file.ts'
import { zipEntries } from './zip-archive.ts'

/** What a file is by its content: one of the two kinds that are read, or what else it shows itself to be. */
export type TableFileKind =
  | { readonly kind: 'csv' | 'xlsx' }
  | { readonly kind: null; readonly found: 'old-or-encrypted-workbook' | 'other-archive' | 'damaged-archive' | 'other' }

const begins = (content: Buffer, ...bytes: readonly number[]): boolean =>
  content.subarray(0, bytes.length).equals(Buffer.from(bytes))

const archiveKind = (content: Buffer): TableFileKind => {
  try {
    const names = new Set(zipEntries(content).map(({ name }) => name))
    return names.has('[Content_Types].xml') && names.has('xl/workbook.xml')
      ? { kind: 'xlsx' }
      : { kind: null, found: 'other-archive' }
  } catch (error) {
    if (error instanceof TableError) return { kind: null, found: 'damaged-archive' }
    throw error
  }
}

/** Ours: how far a file is looked at for bytes that no text has. */
const looked = 4096

/**
 * Tells CSV and XLSX by the content, whatever name or type was sent. XLSX is an archive with a workbook in it; CSV is
 * text, in UTF-16 with its byte order mark alone. Nothing is unpacked.
 */
export const tableFileKind = (content: Buffer): TableFileKind => {
  if (begins(content, 0x50, 0x4b)) return archiveKind(content)
  // The container of .xls files and of encrypted .xlsx files.
  if (begins(content, 0xd0, 0xcf, 0x11, 0xe0)) return { kind: null, found: 'old-or-encrypted-workbook' }
  const utf16 = begins(content, 0xff, 0xfe) || begins(content, 0xfe, 0xff)
  const head = content.subarray(0, looked)
  const binary =
    head.toString('latin1', 0, 5) === '%PDF-' || (!utf16 && head.some((byte) => byte < 0x20 && !textControls.has(byte)))
  return binary ? { kind: null, found: 'other' } : { kind: 'csv' }
}

/** Tab, line feed, carriage return. A form feed or a NUL is in no table. */
const textControls = new Set([0x09, 0x0a, 0x0d])
