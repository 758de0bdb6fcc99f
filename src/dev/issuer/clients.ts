/** The secret of every client of the development issuer. */
export const developmentSecret = 'demo'

/** The scopes that the portal knows. */
export const portalScopes = ['portal.read', 'portal.write', 'portal.audit', 'portal.admin'] as const

const writer = 'portal.read portal.write'
const auditor = 'portal.read portal.audit'

/**
 * Client id → the scopes it may have, separated by blanks. `not-registered` gets tokens although the portal has no such
 * client, so that the answer to an unknown client can be tried.
 */
export const developmentClients: Readonly<Record<string, string>> = {
  'supplier-nord': writer,
  'supplier-syd': writer,
  'supplier-beskaeftigelsescenter': writer,
  'supplier-akasse': writer,
  'jobcenter-musvaagevej': writer,
  'jobcenter-skelbaekgade': writer,
  'k-kassen': writer,
  'ydelse-dragoer': writer,
  'auditor-koebenhavn': auditor,
  'auditor-dragoer': auditor,
  administrator: portalScopes.join(' '),
  'not-registered': writer,
}
