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
  get(path: string): Promise<PageReply>
  post(path: string, form: Record<string, string>): Promise<PageReply>
  /** Signs in by the development issuer and gives the answer to the callback. @returns the callback's URL too */
  signIn(person: string, to?: string): Promise<PageReply & { callback: string }>
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
  const get = (path: string): Promise<PageReply> => send(path)
  const post = (path: string, form: Record<string, string>): Promise<PageReply> =>
    send(path, {
      method: 'POST',
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  return {
    cookies,
    get,
    post,
    signIn: async (person, to = '/auditor') => {
      const begun = await get(`/auditor/sign-in?to=${encodeURIComponent(to)}`)
      const asked = await get(begun.location)
      const resumed = await post(asked.location, { person, password: 'demo' })
      const { location: callback } = await get(resumed.location)
      return { ...(await get(callback)), callback }
    },
    formToken: async (path = '/auditor/purpose') => {
      const { text } = await get(path)
      return /name="formToken" value="([^"]+)"/.exec(text)?.[1] ?? ''
    },
  }
}
