import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterwards } from '#test/support/test-database.ts'

/** What an issuer is like that the development issuer is not. */
export type Manners = {
  /** When it says that the password was asked for, in seconds of the epoch; null says nothing. */
  authTime: () => number | null
  /** Another issuer that it sends people on to before it answers, by its origin. */
  through?: string
}

/**
 * An issuer that takes whoever comes for Karla and asks nothing, and ends no sessions.
 * @returns its URL, and the parameters of the last request for a sign-in
 */
export const madeUpIssuer = async (
  manners: Manners,
): Promise<{ url: string; asked: () => Readonly<Record<string, string>> }> => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const key = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }
  let asked: Record<string, string> = {}
  let url = ''
  const tokens = async () => {
    const authTime = manners.authTime()
    const claims = { nonce: asked['nonce'], name: 'Karla', portal_organisation: 'auditor-koebenhavn' }
    const idToken = await new SignJWT({ ...claims, ...(authTime === null ? {} : { auth_time: authTime }) })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(url)
      .setAudience('auditor-page')
      .setSubject('karla')
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(privateKey)
    return { access_token: 'x', token_type: 'Bearer', id_token: idToken }
  }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const answer = (body: object): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const lead = (to: string): void => void response.writeHead(303, { location: to }).end()
    if (pathname === '/.well-known/openid-configuration')
      return answer({
        ...{ issuer: url, authorization_endpoint: `${url}/auth`, token_endpoint: `${url}/token` },
        ...{ jwks_uri: `${url}/keys`, response_types_supported: ['code'], subject_types_supported: ['public'] },
        id_token_signing_alg_values_supported: ['ES256'],
      })
    if (pathname === '/keys') return answer({ keys: [key] })
    if (pathname === '/token') return void tokens().then(answer)
    const back = `${asked['redirect_uri']}?code=c&state=${asked['state']}`
    if (pathname === '/auth') {
      asked = Object.fromEntries(searchParams)
      const callback = `${asked['redirect_uri']}?code=c&state=${asked['state']}`
      return lead(
        manners.through === undefined
          ? callback
          : `${manners.through}/elsewhere?back=${encodeURIComponent(`${url}/back`)}`,
      )
    }
    if (pathname === '/elsewhere') return lead(searchParams.get('back') ?? '')
    return lead(back)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  afterwards(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  return { url, asked: () => asked }
}
