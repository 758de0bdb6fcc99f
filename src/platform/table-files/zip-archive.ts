import { crc32, inflateRawSync } from 'node:zlib'
import { TableError } from './table-file.ts'

/** One file of an archive, as its directory tells of it. */
export type ZipEntry = {
  readonly name: string
  readonly encrypted: boolean
  readonly method: number
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  readonly offset: number
}

const endSignature = 0x06054b50
const directorySignature = 0x02014b50
const localSignature = 0x04034b50
/** The end record without its comment, which is 65,535 bytes at most. */
const endBytes = 22
/** Ours: a workbook has dozens of parts. */
const mostEntries = 2000

const damaged = (): TableError => new TableError('file-damaged')

const endRecordOf = (archive: Buffer): number => {
  for (let at = archive.length - endBytes; at >= Math.max(0, archive.length - endBytes - 65_535); at--) {
    if (archive.readUInt32LE(at) === endSignature) return at
  }
  throw damaged()
}

type Sizes = Pick<ZipEntry, 'bytes' | 'packedBytes' | 'offset'>

/** In place of a number that stands in the extra field 0x0001 (ZIP64), in this order, eight bytes each. */
const stoodIn = 0xffffffff

const wideSizes = (extra: Buffer, sizes: Sizes): Sizes => {
  let field = 0
  while (field + 4 <= extra.length && extra.readUInt16LE(field) !== 1) field += 4 + extra.readUInt16LE(field + 2)
  if (field + 4 > extra.length) return sizes
  let at = field + 4
  const end = Math.min(extra.length, at + extra.readUInt16LE(field + 2))
  const wide = (size: number): number => {
    if (size !== stoodIn) return size
    if (at + 8 > end) throw damaged()
    at += 8
    return Number(extra.readBigUInt64LE(at - 8))
  }
  const [bytes, packedBytes] = [wide(sizes.bytes), wide(sizes.packedBytes)]
  return { bytes, packedBytes, offset: wide(sizes.offset) }
}

/**
 * The directory of a ZIP archive; nothing is unpacked. Archives in parts are none here. Sizes as ZIP64 writes them are read,
 * since some programs always do.
 * @throws TableError `file-damaged`
 */
export const zipEntries = (archive: Buffer): ZipEntry[] => {
  const end = endRecordOf(archive)
  const count = archive.readUInt16LE(end + 10)
  const [size, start] = [archive.readUInt32LE(end + 12), archive.readUInt32LE(end + 16)]
  if (count > mostEntries || start + size > end || archive.readUInt16LE(end + 8) !== count) throw damaged()
  const entries: ZipEntry[] = []
  let at = start
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || archive.readUInt32LE(at) !== directorySignature) throw damaged()
    const nameBytes = archive.readUInt16LE(at + 28)
    const next = at + 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    if (next > end) throw damaged()
    const extra = archive.subarray(at + 46 + nameBytes, at + 46 + nameBytes + archive.readUInt16LE(at + 30))
    entries.push({
      name: archive.toString('utf8', at + 46, at + 46 + nameBytes),
      encrypted: (archive.readUInt16LE(at + 8) & 1) === 1,
      method: archive.readUInt16LE(at + 10),
      crc: archive.readUInt32LE(at + 16),
      ...wideSizes(extra, {
        bytes: archive.readUInt32LE(at + 24),
        packedBytes: archive.readUInt32LE(at + 20),
        offset: archive.readUInt32LE(at + 42),
      }),
    })
    at = next
  }
  return entries
}

/**
 * Unpacks one file: no more than it claims to be, and exactly what its check sum says.
 * @throws TableError `file-encrypted`, `file-damaged`
 */
export const unpack = (archive: Buffer, entry: ZipEntry): Buffer => {
  if (entry.encrypted) throw new TableError('file-encrypted')
  const { offset, packedBytes, bytes } = entry
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== localSignature) throw damaged()
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
  if (start + packedBytes > archive.length) throw damaged()
  const packed = archive.subarray(start, start + packedBytes)
  let content: Buffer
  if (entry.method === 0) content = packed
  else if (entry.method === 8) {
    try {
      content = inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) })
    } catch {
      throw damaged()
    }
  } else throw damaged()
  if (content.length !== bytes || crc32(content) !== entry.crc) throw damaged()
  return content
}

/** An archive of the files as they are, without compression. */
export const storedZip = (files: ReadonlyMap<string, Buffer>): Buffer => {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const [path, content] of files) {
    const name = Buffer.from(path)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    // The names are UTF-8.
    common.writeUInt16LE(0x0800, 2)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const signature = (value: number): Buffer => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(value)
      return bytes
    }
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(signature(directorySignature), Buffer.from([20, 0]), common, place, name)
    parts.push(signature(localSignature), common, name, content)
    offset += 30 + name.length + content.length
  }
  const end = Buffer.alloc(endBytes)
  end.writeUInt32LE(endSignature, 0)
  end.writeUInt16LE(files.size, 8)
  end.writeUInt16LE(files.size, 10)
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  )
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
