import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problem-answers.ts'
import { HttpProblem } from './problems/problem.ts'

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) =>
        part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
      )
      .join('/')}$`,
  )

/**
 * A path that exists under another method is 405 with `Allow`; any other is 404. Knows the routes that are registered after
 * it.
 */
export const answerUnknownPaths = (app: FastifyInstance, publicUrl: string): { refuseEarly(): void } => {
  const paths = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', (route) => {
    const entry = paths.get(route.url) ?? { pattern: patternOf(route.url), methods: new Set<string>() }
    for (const method of [route.method].flat()) entry.methods.add(method)
    paths.set(route.url, entry)
  })
  const problemOfPath = (request: FastifyRequest): HttpProblem => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = new Set<string>()
    for (const { pattern, methods: known } of paths.values()) {
      if (pattern.test(path)) for (const method of known) methods.add(method)
    }
    // A path that looks like a route's and still was not routed there is none of its resources.
    if (methods.size === 0 || methods.has(request.method)) return new HttpProblem('not-found')
    return new HttpProblem('method-not-allowed', { headers: { allow: [...methods].sort().join(', ') } })
  }
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(request, reply, problemOfPath(request), publicUrl),
  )
  return {
    refuseEarly: () => {
      app.addHook('onRequest', async (request, reply) => {
        if (request.is404) return sendProblem(request, reply, problemOfPath(request), publicUrl)
      })
    },
  }
}
