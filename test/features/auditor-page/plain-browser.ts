/** What a page answered. */
export type PageReply = {
  readonly status: number
  readonly location: string
  readonly text: string
  readonly headers: Headers
}

/** A browser without a screen: keeps cookies, follows nothing by itself. */
export type PlainBrowser = {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<PageReply>
  /** @param headers a browser sends `origin` with every form, and mostly `referer` */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<PageReply>
  /** Signs in by the development issuer (as whoever it knows, where it does not ask) and gives the answer to the callback. @returns the callback's URL too */
  signIn(person: string, to?: string): Promise<PageReply & { callback: string }>
  /** Signs out here and, where the page leads there, at the issuer. @returns the answer that comes last */
  signOut(): Promise<PageReply>
  /** The token that the forms of the page carry. */
  formToken(path?: string): Promise<string>
}

/** A browser for the portal at `url`, with a cookie jar of its own. */
export const plainBrowser = (url: string): PlainBrowser => {
  const cookies = new Map<string, string>()
  const send = async (path: string, init: RequestInit = {}): Promise<PageReply> => {
    const response = await fetch(new URL(path, url), {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html, */*;q=0.5',
        'accept-language': 'en',
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(init.headers as Record<string, string> | undefined),
      },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const at = pair.indexOf('=')
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const { status, headers } = response
    return { status, headers, location: headers.get('location') ?? '', text: await response.text() }
  }
  const get = (path: string, headers: Record<string, string> = {}): Promise<PageReply> => send(path, { headers })
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<PageReply> =>
    send(path, {
      method: 'POST',
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  const formToken = async (path = '/auditor/purpose'): Promise<string> => {
    const { text } = await get(path)
    return /name="formToken" value="([^"]+)"/.exec(text)?.[1] ?? ''
  }
  return {
    cookies,
    get,
    post,
    signIn: async (person, to = '/auditor') => {
      const begun = await get(`/auditor/sign-in?to=${encodeURIComponent(to)}`)
      const asked = await get(begun.location)
      // An issuer that knows the browser answers at once.
      const known = new URL(asked.location, url).pathname === '/auditor/callback'
      const resumed = known ? null : await post(asked.location, { person, password: 'demo' })
      const callback = resumed === null ? asked.location : (await get(resumed.location)).location
      return { ...(await get(callback)), callback }
    },
    signOut: async () => {
      const left = await post('/auditor/sign-out', { formToken: await formToken() })
      const [, there] = /^0; url=(.*)$/.exec(left.headers.get('refresh') ?? '') ?? []
      const { location } = there === undefined ? left : await get(there)
      return get(location)
    },
    formToken,
  }
}
