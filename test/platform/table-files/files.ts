import { crc32, deflateRawSync } from 'node:zlib'

const signed = (signature: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUInt32LE(signature)
  return buffer
}

export type PackedPart = {
  readonly path: string
  readonly content: Buffer | string
  /** What the archive says instead of the truth. */
  readonly claimedBytes?: number
  readonly encrypted?: boolean
  /** The directory has the sizes in the extra field 0x0001. */
  readonly zip64?: boolean
}

/** A compressed ZIP archive; each part may lie about itself. */
export const zipOf = (parts: readonly PackedPart[]): Buffer => {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const { path, content, claimedBytes, encrypted, zip64 } of parts) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const name = Buffer.from(path)
    const local = signed(0x04034b50, 30)
    const entry = signed(0x02014b50, 46)
    for (const [header, at] of [
      [local, 4],
      [entry, 6],
    ] as const) {
      header.writeUInt16LE(20, at)
      header.writeUInt16LE(encrypted ? 1 : 0, at + 2)
      header.writeUInt16LE(8, at + 4)
      header.writeUInt32LE(crc32(bytes), at + 10)
      header.writeUInt32LE(packed.length, at + 14)
      header.writeUInt32LE(claimedBytes ?? bytes.length, at + 18)
      header.writeUInt16LE(name.length, at + 22)
    }
    entry.writeUInt32LE(offset, 42)
    const extra = Buffer.alloc(zip64 ? 20 : 0)
    if (zip64) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(16, 2)
      extra.writeBigUInt64LE(BigInt(bytes.length), 4)
      extra.writeBigUInt64LE(BigInt(packed.length), 12)
      entry.writeUInt32LE(0xffffffff, 20)
      entry.writeUInt32LE(0xffffffff, 24)
      entry.writeUInt16LE(extra.length, 30)
    }
    files.push(local, name, packed)
    directory.push(entry, name, extra)
    offset += local.length + name.length + packed.length
  }
  const end = signed(0x06054b50, 22)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...files, ...directory, end])
}

const relationship = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'

/** The parts of a workbook whose first sheet has these rows, as XML. */
export const workbookParts = (sheetRows: string, given: { strings?: string; before?: string } = {}): PackedPart[] => [
  {
    path: '[Content_Types].xml',
    content: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
  },
  {
    path: 'xl/workbook.xml',
    content: `<workbook xmlns="${main}" xmlns:r="${relationship}"><sheets><sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  },
  {
    path: 'xl/_rels/workbook.xml.rels',
    content: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relationship}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relationship}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  },
  ...(given.strings === undefined
    ? []
    : [{ path: 'xl/sharedStrings.xml', content: `<sst xmlns="${main}">${given.strings}</sst>` }]),
  {
    path: 'xl/worksheets/sheet1.xml',
    content: `<?xml version="1.0" encoding="UTF-8"?>${given.before ?? ''}<worksheet xmlns="${main}"><sheetData>${sheetRows}</sheetData></worksheet>`,
  },
]

/** A workbook whose first sheet has these rows, as XML. */
export const workbookOf = (sheetRows: string, given: { strings?: string; before?: string } = {}): Buffer =>
  zipOf(workbookParts(sheetRows, given))

/** A row of cells of text. */
export const rowXml = (row: number, cells: readonly string[]): string =>
  `<row r="${row}">${cells
    .map((cell, index) => `<c r="${String.fromCharCode(65 + index)}${row}" t="inlineStr"><is><t>${cell}</t></is></c>`)
    .join('')}</row>`
