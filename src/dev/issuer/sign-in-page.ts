import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { escapeHtml } from '#platform/http/html-text.ts'
import { type DevelopmentPerson, developmentPassword } from './people.ts'

/** Where the issuer asks who is there, below its mount point; the interaction's id follows. */
export const signInPath = '/sign-in/'

const style = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 34rem; margin: 2rem auto; padding: 0 1rem }
fieldset { border: 1px solid; border-radius: .5rem; padding: 1rem }
label { display: block; padding: .5rem 0; min-height: 1.75rem }
input[type=password], button { font: inherit; padding: .5rem .75rem; min-height: 2.75rem; box-sizing: border-box }
.wrong { font-weight: bold }
`
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`

const page = (people: readonly DevelopmentPerson[], wrong: boolean): string => `<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Udviklingsudsteder / Development issuer</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>Log ind <span lang="en">/ Sign in</span></h1>
<p>Udviklingsudstederen: opdigtede personer, adgangskode <code>${developmentPassword}</code>.
<span lang="en">The development issuer: invented people, password <code>${developmentPassword}</code>.</span></p>
${wrong ? '<p class="wrong" role="alert">Forkert person eller adgangskode. <span lang="en">Wrong person or password.</span></p>' : ''}
<form method="post">
<fieldset><legend>Person <span lang="en">/ Who</span></legend>
${people
  .map(
    ({ id, name, describedAs }, index) =>
      `<label><input type="radio" name="person" value="${escapeHtml(id)}"${index === 0 ? ' checked' : ''}> ${escapeHtml(name)}, ${escapeHtml(describedAs)}</label>`,
  )
  .join('\n')}
</fieldset>
<p><label for="password">Adgangskode <span lang="en">/ Password</span></label>
<input id="password" name="password" type="password" autocomplete="off" required></p>
<p><button type="submit">Log ind <span lang="en">/ Sign in</span></button></p>
</form>
</main>
</body>
</html>
`

const mostBytes = 10_000
/** How long a sign-in may take, in seconds. */
export const signInSeconds = 600

const bodyOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > mostBytes) throw new Error('a longer form than this page has')
  }
  return new URLSearchParams(text)
}

/**
 * Answers the development issuer's own page: who signs in, out of a list, with one password for all.
 * @param provider knows from the browser's cookie which sign-in is under way
 */
export const answerSignIn = async (
  provider: Provider,
  people: readonly DevelopmentPerson[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const show = (status: number, html: string): void => {
    response
      .writeHead(status, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      .end(html)
  }
  try {
    const underWay = await provider.interactionDetails(request, response)
    if (request.method !== 'POST') {
      show(200, page(people, false))
      return
    }
    const form = await bodyOf(request)
    const person = people.find(({ id }) => id === form.get('person'))
    if (!person || form.get('password') !== developmentPassword) {
      show(403, page(people, true))
      return
    }
    const { session: before } = underWay
    // Somebody else than before: the library would first show a page that signs them out by a script.
    if (before && before.accountId !== person.id) {
      await (await provider.Session.findByUid(before.uid))?.destroy()
      delete underWay.session
      await underWay.save(signInSeconds)
    }
    await provider.interactionFinished(request, response, { login: { accountId: person.id, remember: false } })
  } catch {
    // The sign-in is over, or was another browser's.
    show(
      400,
      '<!doctype html><html lang="da"><title>Udløbet</title><p>Begynd forfra. <span lang="en">Start over.</span>',
    )
  }
}
