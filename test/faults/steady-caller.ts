import { setTimeout as sleep } from 'node:timers/promises'

/** An answer that settles a call: anything but "not now". */
export type Settled = { readonly status: number; readonly body: Record<string, unknown> }

const notNow = new Set([408, 429, 500, 502, 503, 504])

/**
 * Calls the portal as a careful supplier's system does: each call has a key and is repeated under it until there is an
 * answer, whatever happens to the portal meanwhile.
 */
export const steadyCaller = (base: string) => {
  const tokens = new Map<string, Promise<string>>()
  const token = (client: string): Promise<string> => {
    const known = tokens.get(client)
    if (known) return known
    const fresh = fetch(`${base}/dev/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client}:demo`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(10_000),
    }).then(async (answer) => ((await answer.json()) as { access_token: string }).access_token)
    tokens.set(client, fresh)
    fresh.catch(() => tokens.delete(client))
    return fresh
  }
  /** One attempt; null when there was no answer. */
  const attempt = async (client: string, path: string, body?: unknown, key?: string): Promise<Settled | null> => {
    try {
      const answer = await fetch(`${base}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${await token(client)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(40_000),
      })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    } catch {
      return null
    }
  }
  return {
    attempt,
    /** Repeats the call until it is settled. @returns the answer, and how many calls it took */
    call: async (client: string, path: string, body?: unknown, key?: string): Promise<Settled & { calls: number }> => {
      for (let calls = 1; ; calls++) {
        const answer = await attempt(client, path, body, key)
        const running = answer?.body['code'] === 'request-in-progress'
        if (answer && !running && !notNow.has(answer.status)) return { ...answer, calls }
        await sleep(100)
      }
    },
  }
}
