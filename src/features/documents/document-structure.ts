import { fileTypeFromBuffer } from 'file-type'
import { type DocumentType, documentTypeOf } from '#rules/document/document-type.ts'

/** Readers look for the header of a PDF so far into the file; ours is white space before it, and nothing else. */
const pdfHeader = /^\s*%PDF-\d/
const headerWithin = 1024

/** Whether it is a PDF from its header to the mark of its end. */
const isPdf = (content: Buffer): boolean =>
  pdfHeader.test(content.toString('latin1', 0, headerWithin)) && content.includes('%%EOF')

const isPng = (content: Buffer): boolean =>
  content.toString('latin1', 12, 16) === 'IHDR' && content.includes('IDAT') && content.includes('IEND')

/** Segments of a JPEG that begin a picture: every SOF, which is not DHT, JPG or DAC. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Whether its segments lead through a picture's frame to its data and its end. */
const isJpeg = (content: Buffer): boolean => {
  let [at, frame] = [2, false]
  while (at + 4 <= content.length && content[at] === 0xff) {
    const marker = content[at + 1] ?? 0
    // Markers may be preceded by fill bytes.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xda) return frame && content.includes(Buffer.from([0xff, 0xd9]), at)
    frame ||= isFrame(marker)
    at += 2 + content.readUInt16BE(at + 2)
  }
  return false
}

/** How pictures begin: whatever begins otherwise never reaches the parsers of all the other types. */
const beginnings = [Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from([0xff, 0xd8, 0xff])]

/**
 * The type that a file's content is of: its first bytes, and that what belongs to such a file is there. The rest is not
 * read. Null for one that is not taken.
 */
export const documentTypeIn = async (content: Buffer): Promise<DocumentType | null> => {
  if (isPdf(content)) return 'application/pdf'
  if (!beginnings.some((beginning) => content.subarray(0, beginning.length).equals(beginning))) return null
  const type = documentTypeOf((await fileTypeFromBuffer(content))?.mime)
  const whole = type === 'image/png' ? isPng(content) : type === 'image/jpeg' && isJpeg(content)
  return whole ? type : null
}
