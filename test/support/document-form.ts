import { exampleWorld } from '#platform/openapi/example-world.ts'

/** A PDF of one empty page. */
export const smallPdf = Buffer.from(exampleWorld.smallPdf, 'base64')
/** A PNG of one transparent pixel. */
export const smallPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
/** A JPEG of one pixel (JFIF). */
export const smallJpeg = Buffer.from([
  ...[0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
  ...[0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0],
  ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0xff, 0xd9],
])

export type FormPart = { readonly head: string; readonly content: Buffer | string }

/** A body of `multipart/form-data` of these parts, as bytes. */
export const formOf = (parts: readonly FormPart[], boundary = 'documents-boundary') => {
  const body = Buffer.concat([
    ...parts.flatMap(({ head, content }) => [
      Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  return { body, options: { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } } }
}

/** A text part. */
export const textPart = (name: string, content: string): FormPart => ({
  head: `Content-Disposition: form-data; name="${name}"`,
  content,
})

/** A file part; what it says of its type is not believed. */
export const filePart = (content: Buffer, fileName = 'bilag.pdf', name = 'file'): FormPart => ({
  head: `Content-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: application/octet-stream`,
  content,
})

/** An upload as a caller sends it: a small PDF unless it says otherwise; objects among the fields as JSON. */
export const documentForm = (
  given: { content?: Buffer; fileName?: string; fields?: Record<string, unknown>; boundary?: string } = {},
) =>
  formOf(
    [
      ...Object.entries(given.fields ?? {}).map(([name, value]) =>
        textPart(name, typeof value === 'string' ? value : JSON.stringify(value)),
      ),
      filePart(given.content ?? smallPdf, given.fileName),
    ],
    given.boundary,
  )
