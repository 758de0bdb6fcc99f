import { readSheet, type SheetData } from 'read-excel-file/universal'
import { checkMarkup } from './markup.ts'
import { scanSheet } from './scan-sheet.ts'
import { TableError, type TableLimits, type TableRows, withinLimits } from './table-file.ts'
import { storedZip, unpack, type ZipEntry, zipEntries } from './zip-archive.ts'

const workbookPath = 'xl/workbook.xml'
const relationsPath = 'xl/_rels/workbook.xml.rels'
/** A document type has no place in a workbook, and is how entities are declared. */
const declaration = /<!(DOCTYPE|ENTITY)/i

const sheetData = /<(\w+:)?sheetData[\s/>]/

/** Unpacks parts one by one: together no more than the limit, and no part twice; what nobody asks for stays packed. */
const unpacker = (archive: Buffer, limits: TableLimits) => {
  const entries = new Map<string, ZipEntry>()
  for (const entry of zipEntries(archive)) {
    if (entries.has(entry.name)) throw new TableError('file-damaged')
    entries.set(entry.name, entry)
  }
  let left = limits.inflatedBytes
  return {
    has: (path: string): boolean => entries.has(path),
    /** @throws TableError */
    part: (path: string): string => {
      const entry = entries.get(path)
      if (!entry) throw new TableError('file-damaged')
      // Known before anything is unpacked; the unpacking then holds the part to its claim.
      left -= entry.bytes
      if (left < 0) throw new TableError('file-too-large')
      const text = unpack(archive, entry).toString()
      if (declaration.test(text)) throw new TableError('file-declares-entities')
      checkMarkup(text)
      return text
    },
  }
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s(?:\\w+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined)

const absolute = (target: string): string => (target.startsWith('/') ? target.slice(1) : `xl/${target}`)

/** What the first sheet of a workbook is read with: where it lies itself, and texts and formats where it has any. */
const needed = (workbook: string, relations: string): { sheet: string; others: string[] } => {
  const sheet = /<(?:\w+:)?sheet\s[^<>]*>/.exec(workbook)?.[0]
  const id = sheet && /\s\w+:id\s*=\s*["']([^"']+)["']/.exec(sheet)?.[1]
  const found = (relations.match(/<(?:\w+:)?Relationship\s[^<>]*>/g) ?? []).flatMap((relation) => {
    const target = attribute(relation, 'Target')
    return target === undefined
      ? []
      : [{ id: attribute(relation, 'Id'), type: attribute(relation, 'Type') ?? '', path: absolute(target) }]
  })
  const path = id === undefined ? undefined : found.find((one) => one.id === id)?.path
  if (path === undefined) throw new TableError('file-has-no-sheet')
  return {
    sheet: path,
    others: found.filter(({ type }) => /\/(sharedStrings|styles)$/.test(type)).map((one) => one.path),
  }
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

/** The parts that the reader gets, of which each was looked at. */
const partsOf = (archive: Buffer, limits: TableLimits): Map<string, Buffer> => {
  const packed = unpacker(archive, limits)
  const [workbook, relations] = [packed.part(workbookPath), packed.part(relationsPath)]
  const { sheet, others } = needed(workbook, relations)
  if (!packed.has(sheet)) throw new TableError('file-has-no-sheet')
  const parts = new Map([
    [workbookPath, Buffer.from(workbook)],
    [relationsPath, Buffer.from(relations)],
  ])
  for (const path of others) {
    if (packed.has(path) && !parts.has(path)) parts.set(path, Buffer.from(packed.part(path)))
  }
  const xml = packed.part(sheet)
  if (!sheetData.test(xml)) throw new TableError('file-has-no-sheet')
  parts.set(sheet, Buffer.from(scanSheet(xml, limits)))
  return parts
}

/**
 * Reads the first sheet of a workbook. Of a formula, the value that was last calculated is taken. What is read is unpacked
 * within the limits and looked at first; the reader gets these parts alone.
 * @throws TableError
 */
export const readXlsx = async (archive: Buffer, limits: TableLimits): Promise<TableRows> => {
  const repacked = storedZip(partsOf(archive, limits))
  let cells: SheetData
  try {
    cells = await readSheet(bufferOf(repacked))
  } catch (error) {
    throw placeOf(error)
  }
  return withinLimits(
    cells.map((row) => row.map((cell) => textOfCell(cell).trim())),
    limits,
  )
}

/** The memory of some bytes without another copy of them, where they have it for themselves. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer => {
  const whole = buffer as ArrayBuffer
  return byteOffset === 0 && byteLength === whole.byteLength ? whole : whole.slice(byteOffset, byteOffset + byteLength)
}
