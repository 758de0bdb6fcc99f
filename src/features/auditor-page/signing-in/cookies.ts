import type { FastifyReply, FastifyRequest } from 'fastify'

/** A cookie's name as the browser holds it: bound to the host and to TLS wherever the portal is reached by it. */
const nameOf = (name: string, publicUrl: string): string => (publicUrl.startsWith('https:') ? `__Host-${name}` : name)

/** The value of a cookie that was sent; undefined without it. */
export const cookieOf = (request: FastifyRequest, publicUrl: string, name: string): string | undefined => {
  const wanted = nameOf(name, publicUrl)
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=')
    if (key === wanted) return value.join('=')
  }
  return undefined
}

/** The names, without what binds them to the host, of the cookies sent that begin so; in the order in which they came. */
export const cookieNames = (request: FastifyRequest, publicUrl: string, prefix: string): string[] => {
  const [bound, binding] = [nameOf(prefix, publicUrl), nameOf('', publicUrl)]
  return (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const key = pair.trim().split('=', 1)[0] ?? ''
    return key.startsWith(bound) ? [key.slice(binding.length)] : []
  })
}

/**
 * Sets a cookie that scripts do not see and that other sites' forms do not carry.
 * @param value of characters that a cookie may hold: base64url, letters
 * @param cookie.maxAgeSeconds 0 takes it away; without it the cookie ends with the browser
 */
export const setCookie = (
  reply: FastifyReply,
  publicUrl: string,
  cookie: { name: string; value: string; maxAgeSeconds?: number },
): void => {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  const age = cookie.maxAgeSeconds === undefined ? '' : `; Max-Age=${cookie.maxAgeSeconds}`
  const text = `${nameOf(cookie.name, publicUrl)}=${cookie.value}; Path=/${age}; HttpOnly; SameSite=Lax${secure}`
  const before = reply.getHeader('set-cookie')
  reply.removeHeader('set-cookie')
  reply.header('set-cookie', [...(before === undefined ? [] : [before].flat().map(String)), text])
}
