import type { Dispatcher } from 'undici'
import type { Connection } from './connections.ts'
import { faultOf, type PostFault } from './post-fault.ts'

/** What to post where. */
export type Post = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a connection brought back. */
export type Exchange =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: Readonly<Record<string, string | string[] | undefined>>
      /** What was read of the body, as it was sent: nothing is decompressed. */
      readonly body: Buffer
      /** Whether that is all of it. */
      readonly whole: boolean
    }
  | {
      readonly kind: 'failed'
      readonly fault: PostFault /** Something came before it failed. */
      readonly heard: boolean
    }

/** How much of an answer is read, and for how long after its status has come. */
export type ReadLimits = { readonly bodyBytes: number; readonly bodyMs: number }

/** Ours: interim answers (103 and its like) before the answer; endlessly many would be read for as long as a POST may take. */
const mostInterim = 8

class NotHttp extends Error {
  readonly code = 'HPE_INTERIM'
}

/**
 * Posts over a connection. The status alone tells what a receiver thinks of it, so an answer counts when its headers have
 * come; what remains of the body is left when it is too long, takes too long or breaks off.
 * @param stop aborts when the time for all of it is over or nobody waits any more; its reason is the fault
 * @returns never rejects; a connection whose answer is not `whole` is not to be used again
 */
export const exchange = (
  connection: Connection,
  post: Post,
  limits: ReadLimits,
  stop: AbortSignal,
): Promise<Exchange> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let answer: { status: number; headers: Dispatcher.ResponseData['headers'] } | undefined
    let read = 0
    let interim = 0
    let heard = false
    let bodyTimer: NodeJS.Timeout | undefined

    const end = (whole: boolean, error: unknown): void => {
      clearTimeout(bodyTimer)
      stop.removeEventListener('abort', stopped)
      const body = Buffer.concat(chunks).subarray(0, limits.bodyBytes)
      if (answer) resolve({ kind: 'answered', ...answer, body, whole })
      else resolve({ kind: 'failed', fault: faultOf(error), heard })
      if (!whole) connection.drop()
    }
    const stopped = (): void => end(false, stop.reason)
    if (stop.aborted) return stopped()
    stop.addEventListener('abort', stopped)

    const request = { ...post, method: 'POST' as const }
    try {
      connection.client.dispatch(request, {
        onRequestStart: () => undefined,
        onResponseStarted: () => {
          heard = true
        },
        onResponseStart: (controller, status, headers) => {
          if (status >= 200) {
            answer = { status, headers }
            bodyTimer = setTimeout(() => end(false, null), limits.bodyMs)
            return
          }
          interim += 1
          if (interim > mostInterim) controller.abort(new NotHttp())
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk)
          read += chunk.length
          if (read > limits.bodyBytes) end(false, null)
        },
        onResponseEnd: () => end(true, null),
        onResponseError: (_controller, error) => end(false, error),
      })
    } catch (error) {
      end(false, error)
    }
  })
