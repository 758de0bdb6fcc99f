import type { Adapter, AdapterPayload } from 'oidc-provider'

/** Ours: more sign-ins than this are not under way at a time; the oldest is forgotten first. */
const most = 2000

/**
 * What the issuer remembers of sign-ins, in this process alone: a restart forgets them, and whoever was signing in begins
 * again. A browser's session is kept, as issuers keep it: who signed in is not asked again before they sign out, unless
 * the page wants the password.
 * @returns the maker of an adapter per model, as oidc-provider asks for it
 */
export const memoryStore = (): ((model: string) => Adapter) => {
  const kept = new Map<string, { payload: AdapterPayload; expiresAt: number }>()
  return (model) => {
    const keyOf = (id: string): string => `${model}:${id}`
    const find = async (id: string): Promise<AdapterPayload | undefined> => {
      const found = kept.get(keyOf(id))
      return found && found.expiresAt > Date.now() ? found.payload : undefined
    }
    const findBy = async (matches: (payload: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> => {
      const now = Date.now()
      for (const [key, { payload, expiresAt }] of kept) {
        if (key.startsWith(`${model}:`) && expiresAt > now && matches(payload)) return payload
      }
      return undefined
    }
    return {
      find,
      upsert: async (id, payload, expiresIn) => {
        kept.delete(keyOf(id))
        kept.set(keyOf(id), { payload, expiresAt: Date.now() + (expiresIn || 3600) * 1000 })
        const oldest = kept.keys().next().value
        if (kept.size > most && oldest !== undefined) kept.delete(oldest)
      },
      findByUid: (uid) => findBy((payload) => payload.uid === uid),
      findByUserCode: (userCode) => findBy((payload) => payload.userCode === userCode),
      consume: async (id) => {
        const payload = await find(id)
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => void kept.delete(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key)
      },
    }
  }
}
