import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isAuditFailure } from '#platform/audit/audit-not-written.ts'
import { isConflict, isUnavailable } from '#platform/db/errors.ts'
import { newId } from '#platform/ids.ts'
import type { ProblemSlug } from './problems/catalogue.ts'
import { problemCatalogue } from './problems/catalogue.ts'
import { HttpProblem, type Language, renderProblem } from './problems/problem.ts'

/** Fastify's own errors by their code; an unlisted one with a status below 500 is a malformed request. */
const fastifyErrors: Readonly<Record<string, ProblemSlug>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_BAD_URL: 'malformed-request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
  FST_REQUEST_TIMEOUT: 'request-timeout',
  FST_ERR_REQ_TIMEOUT: 'request-timeout',
}

/** Danish when the caller prefers it to English, else English. */
export const languageOf = (header: string | undefined): Language => {
  if (!header) return 'en'
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 }
  for (const part of header.split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const q = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='))
    const quality = q === undefined ? 1 : Number(q.slice(2)) || 0
    const primary = tag.split('-')[0]
    const language = primary === 'da' || primary === 'en' ? primary : undefined
    if (language && quality > best.quality) best = { language, quality }
  }
  return best.language
}

/** The problem of any error. What is not known is an error of ours, logged whole and shown as nothing but that. */
export const problemFromError = (error: unknown): HttpProblem => {
  if (error instanceof HttpProblem) return error
  if (isUnavailable(error)) return new HttpProblem('temporarily-unavailable', { headers: { 'retry-after': '2' } })
  if (isAuditFailure(error)) return new HttpProblem('audit-log-unavailable', { headers: { 'retry-after': '5' } })
  if (isConflict(error)) return new HttpProblem('conflict')
  const { code, statusCode, validation } = error as FastifyError & { validation?: unknown }
  const known = code === undefined ? undefined : fastifyErrors[code]
  if (known) return new HttpProblem(known)
  if (validation) return new HttpProblem('invalid-request')
  if (statusCode === 413) return new HttpProblem('payload-too-large')
  if (statusCode === 503) return new HttpProblem('temporarily-unavailable', { headers: { 'retry-after': '2' } })
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new HttpProblem('malformed-request')
  return new HttpProblem('internal-error')
}

/** Sends the problem document of `problem` as this request's answer. */
export const sendProblem = (
  request: FastifyRequest,
  reply: FastifyReply,
  problem: HttpProblem,
  publicUrl: string,
): FastifyReply => {
  const language = languageOf(request.headers['accept-language'])
  const document = renderProblem(problem, { language, publicUrl, requestId: request.id })
  return reply
    .code(document.status)
    .headers({ vary: 'Authorization, Accept-Language', ...problem.headers, 'content-language': language })
    .type('application/problem+json; charset=utf-8')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(document)
}

/** Makes every error an answer in the form of a problem document; `refused` is told of each before it is sent. */
export const answerWithProblems = (
  app: FastifyInstance,
  options: { publicUrl: string; refused: (request: FastifyRequest, problem: HttpProblem) => Promise<void> },
): void => {
  app.setErrorHandler(async (error, request, reply) => {
    let problem = problemFromError(error)
    try {
      await options.refused(request, problem)
    } catch (failure) {
      request.log.error({ err: failure }, 'a refusal could not be recorded')
      problem = problemFromError(failure)
    }
    if (problemCatalogue[problem.slug].status >= 500)
      request.log.error({ err: error, code: problem.slug }, 'request failed')
    return sendProblem(request, reply, problem, options.publicUrl)
  })
}

/** How long a broken connection may take to read its last answer. */
const lingerMs = 1000

/** Answers on the bare socket when HTTP itself was broken: too slow, too large, not HTTP. Then closes. */
export const clientErrorHandler =
  (publicUrl: string) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    // Half an answer that is on its way already is not mended by another one behind it.
    const answering = (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent
    if (!socket.writable || error.code === 'ECONNRESET' || answering) {
      socket.destroy()
      return
    }
    const slug =
      error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request-timeout'
        : error.code === 'HPE_HEADER_OVERFLOW'
          ? 'headers-too-large'
          : 'malformed-request'
    const requestId = newId()
    const document = renderProblem(new HttpProblem(slug), { language: 'en', publicUrl, requestId })
    const body = JSON.stringify(document)
    const reason = {
      'request-timeout': 'Request Timeout',
      'headers-too-large': 'Request Header Fields Too Large',
      'malformed-request': 'Bad Request',
    }[slug]
    const head = [
      `HTTP/1.1 ${document.status} ${reason}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'cache-control: no-store',
      'x-content-type-options: nosniff',
      `date: ${new Date().toUTCString()}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
    // Ending closes our half alone: a caller that drips on would keep the socket for as long as it likes.
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }
