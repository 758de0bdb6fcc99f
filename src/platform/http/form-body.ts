import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { storable } from './json-body.ts'
import { HttpProblem, type InputFault } from './problems/problem.ts'
import { itemValidator } from './validation.ts'

/** The file of a form. What the part said of its type is not kept; its name is, as the caller gave it. */
export type UploadedFile = {
  readonly fileName: string | undefined
  readonly content: Buffer
  readonly sha256: Buffer
}

/** The member of a form's schema that is its file, sent as the part of that name. */
export const FilePart = (description: string) =>
  Type.Unsafe<UploadedFile>({ type: 'string', contentMediaType: 'application/octet-stream', description })

/** A form as a route takes it: a closed object whose member `file` is the file and whose objects travel as JSON. */
export type Form<B extends TSchema> = {
  readonly schema: B
  readonly maxFileBytes: number
  /** Media types in which the file may also be the whole body; what the parts would say then stands in the query. */
  readonly rawTypes?: readonly FileType[]
}

/** The types of files that a route may take as its whole body. */
export const fileTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const
export type FileType = (typeof fileTypes)[keyof typeof fileTypes]

/** Ours: boundaries, part headers and text parts together. */
const mostOverhead = 65_536
/**
 * Ours: of a form that is refused, so much is still read and thrown away: a caller that is writing does not listen, and
 * would see a broken connection instead of the answer. Beyond it the connection is closed.
 */
const mostThrownAway = 67_108_864
/** Ours: forms that one process holds at a time for a route, each in memory until it is stored. */
const mostAtOnce = 8

const limits = {
  fieldNameSize: 100,
  fieldSize: 16_384,
  fields: 10,
  files: 2,
  parts: 12,
  headerPairs: 20,
  headerSize: 8192,
}

/**
 * Takes `multipart/form-data` where a route says so (`config.form`), and there alone; every other route takes JSON alone.
 * Asked once it is known who calls, and before anything of the body is read.
 */
export const acceptForms = async (app: FastifyInstance): Promise<void> => {
  // By its name alone: many callers send JSON with a file name as well.
  const isPartAFile = (name: string | undefined): boolean => name === 'file'
  await app.register(multipart, { limits, throwFileSizeLimit: false, isPartAFile })
  const rawTypes: readonly string[] = Object.values(fileTypes)
  // Read by the route itself, in bounds.
  app.addContentTypeParser([...rawTypes], (_request, _payload, done) => done(null))
  app.addHook('preParsing', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
    const { form: takesForm = false, rawTypes: taken = [] } = request.routeOptions.config
    const isFile = type === 'multipart/form-data' || (type !== undefined && rawTypes.includes(type))
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (!takesForm && !isFile) return
    const known = type === 'multipart/form-data' || taken.some((one) => one === type)
    if (takesForm && known && encoding === 'identity') return
    throw await afterReading(request.raw, new HttpProblem('unsupported-media-type'))
  })
}

/** Reads what is left of a refused body and keeps nothing of it. @returns the problem to answer with */
const afterReading = (raw: IncomingMessage, problem: HttpProblem): Promise<HttpProblem> =>
  new Promise((resolve) => {
    const done = (): void => resolve(problem)
    if (raw.readableEnded || raw.destroyed) {
      done()
      return
    }
    let thrownAway = 0
    raw.unpipe()
    raw.on('data', (chunk: Buffer) => {
      thrownAway += chunk.length
      if (thrownAway <= mostThrownAway) return
      raw.pause()
      const { slug, faults } = problem
      resolve(new HttpProblem(slug, { faults, headers: { ...problem.headers, connection: 'close' } }))
    })
    raw.once('end', done).once('close', done).once('error', done)
    raw.resume()
  })

const fault = (pointer: string, code: string, da: string, en: string): HttpProblem =>
  new HttpProblem('invalid-request', { faults: [{ pointer, code, detail: { da, en } }] })

type Members = { readonly names: ReadonlySet<string>; readonly objects: ReadonlySet<string> }

const membersOf = (schema: TSchema): Members => {
  const { properties } = schema as unknown as { properties: Record<string, { type?: string }> }
  const names = Object.keys(properties)
  return { names: new Set(names), objects: new Set(names.filter((name) => properties[name]?.type === 'object')) }
}

/** A text part's value; that of an object is JSON, whatever the part says of its type. */
const textOf = (name: string, sent: unknown, objects: ReadonlySet<string>): unknown => {
  let value = sent
  if (objects.has(name) && typeof sent === 'string') {
    try {
      value = JSON.parse(sent)
    } catch {
      throw fault(`/${name}`, 'wrong-type', 'Skal være JSON.', 'Has to be JSON.')
    }
  }
  if (storable(value)) return value
  throw fault(`/${name}`, 'wrong-format', 'Kan ikke indeholde NUL-tegn.', 'Cannot contain NUL characters.')
}

const fileOf = async (part: multipart.MultipartFile): Promise<UploadedFile> => {
  const hash = createHash('sha256')
  const chunks: Buffer[] = []
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    hash.update(chunk)
  }
  if (part.file.truncated) throw new HttpProblem('payload-too-large')
  const content = Buffer.concat(chunks)
  if (content.length === 0) throw fault('/file', 'empty', 'Filen er tom.', 'The file is empty.')
  return { fileName: part.filename, content, sha256: hash.digest() }
}

const parse = async (
  request: FastifyRequest,
  { names, objects }: Members,
  maxFileBytes: number,
): Promise<Record<string, unknown>> => {
  const body: Record<string, unknown> = {}
  for await (const part of request.parts({ limits: { ...limits, fileSize: maxFileBytes } })) {
    const name = part.fieldname
    // What the caller called it is not said back.
    if (!names.has(name)) {
      throw fault('', 'unknown-member', 'Formularen har en ukendt del.', 'The form has a part that is not known here.')
    }
    if (Object.hasOwn(body, name)) {
      throw fault(`/${name}`, 'sent-twice', 'Sendes én gang.', 'Is sent once.')
    }
    if (part.type === 'file') body[name] = await fileOf(part)
    else if (part.valueTruncated) throw fault(`/${name}`, 'max-length', 'Er for lang.', 'Is too long.')
    else body[name] = textOf(name, part.value, objects)
  }
  return body
}

/** The file of a request that is nothing else, up to the limit. */
const rawFileOf = async (raw: IncomingMessage, maxFileBytes: number): Promise<UploadedFile> => {
  const hash = createHash('sha256')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxFileBytes) throw new HttpProblem('payload-too-large')
    chunks.push(chunk)
    hash.update(chunk)
  }
  if (size === 0) throw fault('', 'empty', 'Filen er tom.', 'The file is empty.')
  return { fileName: undefined, content: Buffer.concat(chunks), sha256: hash.digest() }
}

/** Fails as soon as more arrived than a form of that size can have. */
const overlong = (raw: IncomingMessage, mostBytes: number): { failure: Promise<never>; stop(): void } => {
  let count: (chunk: Buffer) => void = () => undefined
  const failure = new Promise<never>((_, reject) => {
    let read = 0
    count = (chunk) => {
      read += chunk.length
      if (read > mostBytes) reject(new HttpProblem('payload-too-large'))
    }
    raw.on('data', count)
  })
  failure.catch(() => undefined)
  return { failure, stop: () => void raw.off('data', count) }
}

/** The problem of whatever stopped the parser: its own limits, ours, or a form that is none. */
const problemOfParser = (error: unknown): HttpProblem => {
  if (error instanceof HttpProblem) return error
  return new HttpProblem(
    (error as { statusCode?: unknown }).statusCode === 413 ? 'payload-too-large' : 'malformed-form',
  )
}

const readForm = async (request: FastifyRequest, members: Members, maxFileBytes: number) => {
  const { raw } = request
  const mostBytes = maxFileBytes + mostOverhead
  // Gone while it was found out who calls: nothing would ever tell the parser.
  if (raw.destroyed) throw new HttpProblem('malformed-form')
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) {
    throw await afterReading(raw, new HttpProblem('payload-too-large'))
  }
  if (!request.isMultipart()) {
    try {
      return { file: await rawFileOf(raw, maxFileBytes) }
    } catch (error) {
      throw await afterReading(raw, problemOfParser(error))
    }
  }
  const { failure, stop } = overlong(raw, mostBytes)
  try {
    const parsing = parse(request, members, maxFileBytes)
    parsing.catch(() => undefined)
    return await Promise.race([parsing, failure])
  } catch (error) {
    throw await afterReading(raw, problemOfParser(error))
  } finally {
    stop()
  }
}

/** What an idempotency key stands for: the file by its hash, whatever boundary it came with. */
const fingerprinted = (body: Record<string, unknown>): Record<string, unknown> => {
  const file = body['file'] as UploadedFile
  const told = { ...body, file: { fileName: file.fileName, sha256: file.sha256.toString('hex') } }
  // In whatever order the parts came.
  const toJSON = () => Object.fromEntries(Object.entries(told).sort(([one], [other]) => (one < other ? -1 : 1)))
  return Object.defineProperty(body, 'toJSON', { value: toJSON, enumerable: false })
}

/**
 * Makes what reads a route's form and hands it to `work`, validated, as the request's body. One process holds a bounded
 * number of forms for a route; whoever comes beside them is asked to come back.
 * @returns what `work` gives
 */
export const formReader = <B extends TSchema>(form: Form<B>) => {
  const members = membersOf(form.schema)
  const validate = itemValidator(form.schema)
  const faultsOf = (body: Record<string, unknown>): InputFault[] =>
    validate({ ...body, ...(body['file'] === undefined ? {} : { file: '' }) }, '')
  let held = 0
  return async <T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> => {
    if (held >= mostAtOnce) {
      const busy = new HttpProblem('temporarily-unavailable', { headers: { 'retry-after': '2' } })
      throw await afterReading(request.raw, busy)
    }
    held += 1
    try {
      const body = await readForm(request, members, form.maxFileBytes)
      const faults = faultsOf(body)
      if (faults.length > 0) throw new HttpProblem('invalid-request', { faults })
      request.body = fingerprinted(body)
      return await work()
    } finally {
      held -= 1
    }
  }
}
