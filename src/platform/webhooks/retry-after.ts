/**
 * The seconds that a `Retry-After` header asks for; null when there is none that can be read.
 * @param header seconds, or a date as HTTP writes it
 * @param nowMs milliseconds since 1970
 */
export const retryAfterSeconds = (header: string | null, nowMs: number): number | null => {
  if (header === null) return null
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text)
  // Only HTTP's own form: Date.parse takes much that no server means as a date.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1000))
}
