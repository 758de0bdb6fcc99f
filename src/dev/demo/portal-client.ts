import { developmentSecret } from '../issuer/clients.ts'
import { Differs, expectMembers } from './expectations.ts'

/** What the portal answered. `body` is the parsed JSON; undefined when there is none. */
export type Answer = {
  readonly status: number
  readonly text: string
  readonly body: unknown
  header(name: string): string | null
}

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One of the systems that talk to the portal, with its organisation. */
export type Party = {
  readonly clientId: string
  readonly id: string
  readonly name: string
  call(call: Call): Promise<Answer>
}

/** The portal over HTTP, as any caller reaches it. */
export type PortalClient = {
  readonly url: string
  /** The portal's time, of its answers' `Date`. */
  now(): Promise<Date>
  /** A call without a token. */
  call(call: Call): Promise<Answer>
  /** Gets a token for the client and asks the portal whose it is. */
  party(clientId: string): Promise<Party>
  /** The text of every problem document that was answered, and of every batch, which may hold some. */
  readonly problems: readonly string[]
}

const unreachable = (url: string, error: unknown): Differs => {
  const { cause } = error as { cause?: { code?: string; message?: string } }
  const why = cause?.code ?? cause?.message ?? String(error)
  return new Differs(
    `The portal does not answer at ${url} (${why}).\nStart it in another terminal with \`npm start\`, or name another with PUBLIC_URL or PORT.`,
  )
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') === true && text !== ''
  const header = (name: string): string | null => response.headers.get(name)
  return { status: response.status, text, body: json ? (JSON.parse(text) as unknown) : undefined, header }
}

/** Demands status and members of an answer; of a problem the code. @throws Differs */
export const expectAnswer = (answer: Answer, status: number, members: unknown = {}): void => {
  if (answer.status !== status) {
    throw new Differs(`the answer should have status ${status} and has ${answer.status}: ${answer.text.slice(0, 1500)}`)
  }
  if (status !== 204) expectMembers('the answer', answer.body, members)
}

/** Opens the portal at `url` (no trailing slash). Nothing is sent yet. */
export const openPortal = (url: string): PortalClient => {
  const problems: string[] = []

  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    let answer: Answer
    try {
      answer = await answerOf(await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(30_000) }))
    } catch (error) {
      throw unreachable(url, error)
    }
    if (answer.status >= 400 || path.endsWith('/batch')) problems.push(answer.text)
    return answer
  }

  const token = async (clientId: string): Promise<string> => {
    const basic = Buffer.from(`${clientId}:${developmentSecret}`).toString('base64')
    const answer = await send('/dev/oauth/token', {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token: accessToken } = (answer.body ?? {}) as { access_token?: string }
    if (answer.status !== 200 || accessToken === undefined) {
      throw new Differs(
        `${url}/dev/oauth/token gives no token for ${clientId} (status ${answer.status}). The demo needs the portal of \`npm start\` with its own issuer.`,
      )
    }
    return accessToken
  }

  const callWith =
    (authorised: Readonly<Record<string, string>>) =>
    ({ method, path, body, headers }: Call): Promise<Answer> =>
      send(path, {
        method,
        headers: {
          ...authorised,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })

  return {
    url,
    problems,
    call: callWith({}),
    now: async () => new Date((await send('/health/ready', {})).header('date') ?? Date.now()),
    party: async (clientId) => {
      const call = callWith({ authorization: `Bearer ${await token(clientId)}` })
      const me = await call({ method: 'GET', path: '/v1/me' })
      expectAnswer(me, 200, { clientId })
      const { organisation } = me.body as { organisation: { id: string; name: string } }
      return { clientId, id: organisation.id, name: organisation.name, call }
    },
  }
}
