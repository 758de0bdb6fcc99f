import { expect } from 'vitest'
import type { TestClient } from './test-portal.ts'

export type Item = { readonly id: string } & Record<string, unknown>

/** Follows `next` from `path` to the end, and the `Link` header with it. `between` runs before each further page. */
export const everyPage = async (
  client: TestClient,
  path: string,
  between: (page: number) => Promise<void> = async () => undefined,
): Promise<Item[]> => {
  const items: Item[] = []
  let address = path
  for (let page = 1; page <= 1000; page++) {
    const { status, body, headers } = await client.get(address)
    expect(status).toBe(200)
    items.push(...body.items)
    if (body.next === null) {
      expect(headers).not.toHaveProperty('link')
      return items
    }
    const link = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1] ?? ''
    const next = new URL(link)
    expect(next.searchParams.get('cursor')).toBe(body.next)
    address = next.pathname + next.search
    await between(page)
  }
  throw new Error(`${path} never ends`)
}
