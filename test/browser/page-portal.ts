import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDevelopmentIssuer } from '#src/dev/issuer/development-issuer.ts'
import { type DevelopmentPerson, developmentPeople, pageClient } from '#src/dev/issuer/people.ts'
import { afterwards } from '#test/support/test-database.ts'
import { type PortalOverrides, type TestPortal, testPortal } from '#test/support/test-portal.ts'

/** Someone who signs in and is no auditor. */
export const stranger: DevelopmentPerson = {
  id: 'stig',
  name: 'Stig Stranger',
  describedAs: 'no auditor',
  organisation: 'supplier-nord',
}

/**
 * The application with the development issuer over real HTTP, as a browser meets them: both at one address that is known
 * before either is made.
 */
export const pagePortal = async (
  overrides: PortalOverrides & { readonly people?: readonly DevelopmentPerson[] } = {},
): Promise<TestPortal & { readonly url: string }> => {
  const { people = [...developmentPeople, stranger], ...given } = overrides
  const front = createServer()
  await new Promise<void>((done) => front.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  const dataDir = mkdtempSync(join(tmpdir(), 'page-portal-'))
  const issuer = await createDevelopmentIssuer({ publicUrl: url, audience: 'test', dataDir, people })
  const portal = await testPortal({
    publicUrl: url,
    issuer,
    peopleSignIn: { issuer: `${url}/dev/oauth`, clientId: pageClient, clientSecret: null },
    ...given,
  })
  await portal.app.ready()
  front.on('request', (request, response) => portal.app.routing(request, response))
  afterwards(async () => {
    front.closeAllConnections()
    await new Promise((done) => front.close(done))
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { ...portal, url }
}
