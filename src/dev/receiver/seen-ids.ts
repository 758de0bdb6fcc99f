/** The ids of webhooks that were taken: deliveries come at least once. */
export type SeenIds = {
  /** Remembers an id. @returns whether it is new */
  add(id: string): boolean
}

/**
 * Remembers the last `most` ids, in memory. A system that acts on events keeps them in its database, under a unique key
 * and in the transaction of what it does, so that a restart forgets none.
 */
export const createSeenIds = (most: number): SeenIds => {
  const ids = new Set<string>()
  return {
    add: (id) => {
      if (ids.has(id)) return false
      ids.add(id)
      // A set gives its members in the order of their coming.
      for (const oldest of ids) {
        if (ids.size <= most) break
        ids.delete(oldest)
      }
      return true
    },
  }
}
