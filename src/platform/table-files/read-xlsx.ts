import { readSheet, type SheetData } from 'read-excel-file/universal'
import { scanSheet } from './scan-sheet.ts'
import { TableError, type TableLimits, type TableRows, withinLimits } from './table-file.ts'
import { storedZip, unpack, zipEntries } from './zip-archive.ts'

const workbookPath = 'xl/workbook.xml'
const relationsPath = 'xl/_rels/workbook.xml.rels'
/** Text alone; pictures, printer settings and macros stay packed. */
const needed = /^xl\/.*\.(xml|rels)$/i
/** A document type has no place in a workbook, and is how entities are declared. */
const declaration = /<!(DOCTYPE|ENTITY)/i

const sheetData = /<(\w+:)?sheetData[\s/>]/

/** The parts that are read, unpacked: together no more than the limit, and no part twice. @throws TableError */
const partsOf = (archive: Buffer, limits: TableLimits): Map<string, Buffer> => {
  const parts = new Map<string, Buffer>()
  let left = limits.inflatedBytes
  for (const entry of zipEntries(archive)) {
    if (!needed.test(entry.name)) continue
    if (parts.has(entry.name)) throw new TableError('file-damaged')
    // Known before anything is unpacked; the unpacking then holds the part to its claim.
    left -= entry.bytes
    if (left < 0) throw new TableError('file-too-large')
    parts.set(entry.name, unpack(archive, entry))
  }
  return parts
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s(?:\\w+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined)

/** Where the first sheet lies; undefined where that cannot be told, so that every sheet is looked at. */
const firstSheetPath = (parts: ReadonlyMap<string, Buffer>): string | undefined => {
  const sheet = /<(?:\w+:)?sheet\s[^>]*>/.exec(parts.get(workbookPath)?.toString() ?? '')?.[0]
  const id = sheet && /\s\w+:id\s*=\s*["']([^"']+)["']/.exec(sheet)?.[1]
  const relations =
    parts
      .get(relationsPath)
      ?.toString()
      .match(/<(?:\w+:)?Relationship\s[^>]*>/g) ?? []
  const target = relations.find((relation) => attribute(relation, 'Id') === id)
  const path = target && attribute(target, 'Target')
  if (path === undefined) return undefined
  return path.startsWith('/') ? path.slice(1) : `xl/${path}`
}

/** A cell as text: a date as YYYY-MM-DD, a number as it is written in JSON. */
const textOfCell = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return Number.isNaN(value.valueOf()) ? '' : value.toISOString().slice(0, 10)
  return String(value)
}

/** The reader names the place of a cell that it cannot read in its message alone. */
const placeOf = (error: unknown): TableError => {
  const place = error instanceof Error ? /row (\d+),? col (\d+)/.exec(error.message) : null
  return place
    ? new TableError('cell-not-readable', Number(place[1]), Number(place[2]))
    : new TableError('file-damaged')
}

/** Ours: what is written without a tag between, and more than any tag itself is. Characters. */
const mostText = 65_536

/**
 * Reads the first sheet of a workbook. Of a formula, the value that was last calculated is taken. What is read is unpacked
 * within the limits and looked at first; the reader gets these parts alone.
 * @throws TableError
 */
export const readXlsx = async (archive: Buffer, limits: TableLimits): Promise<TableRows> => {
  const parts = partsOf(archive, limits)
  if (!parts.has(workbookPath) || !parts.has(relationsPath)) throw new TableError('file-damaged')
  const first = firstSheetPath(parts)
  let sheets = 0
  for (const [path, content] of parts) {
    const text = content.toString()
    const isSheet = sheetData.test(text)
    if (isSheet) sheets += 1
    if (declaration.test(text)) throw new TableError('file-declares-entities')
    if (longestText(text) > mostText) throw new TableError('cell-too-long')
    if (isSheet && (first === undefined || !parts.has(first) || first === path)) scanSheet(text, limits)
  }
  if (sheets === 0) throw new TableError('file-has-no-sheet')
  const repacked = storedZip(parts)
  let cells: SheetData
  try {
    cells = await readSheet(new Uint8Array(repacked).buffer)
  } catch (error) {
    throw placeOf(error)
  }
  return withinLimits(
    cells.map((row) => row.map((cell) => textOfCell(cell).trim())),
    limits,
  )
}

/** The longest stretch without a tag. Its reader goes over an unfinished stretch once for each piece that it reads. */
const longestText = (xml: string): number => {
  let longest = 0
  for (let at = 0; at < xml.length; ) {
    const next = xml.indexOf('<', at)
    longest = Math.max(longest, (next === -1 ? xml.length : next) - at)
    if (next === -1) break
    at = next + 1
  }
  return longest
}
