export type Login = { readonly role: string; readonly password: string }

/** How the test files reach the server, its two logins and the template that their databases are cloned from. */
export type TestServer = {
  readonly adminUrl: string
  readonly template: string
  readonly owner: Login
  readonly application: Login
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
  }
}

/** The same server under another database and login. */
export const urlOf = (adminUrl: string, database: string, login?: Login): string => {
  const url = new URL(adminUrl)
  url.pathname = `/${database}`
  if (login) {
    url.username = login.role
    url.password = login.password
  }
  return url.href
}
