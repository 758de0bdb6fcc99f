import type { FastifyInstance } from 'fastify'
import { purposeFault } from '#platform/audit/lookups.ts'
import { formTokenField } from '../layout.ts'
import { type Content, html } from '../markup.ts'
import { actorOf, definePage, type PageGround, tokenOf, type Visit } from '../visit.ts'
import { ownPlace } from './own-place.ts'
import { statePurpose } from './sessions.ts'

/** @param wrong what was typed and is no purpose; null before anything was */
const form = (
  { say, formToken, session }: Visit,
  to: string,
  wrong: string | null,
): Content => html`<h1>${say.purposeHeading}</h1>
<p>${say.purposeText}</p>
<form method="post" action="/auditor/purpose" class="panel">
${formTokenField(formToken)}<input type="hidden" name="to" value="${to}">
<p class="field"><label for="purpose">${say.purposeLabel} <span class="hint" id="purpose-hint">${say.purposeHint}</span></label>
${wrong !== null ? html`<span class="alarm" id="purpose-wrong" role="alert">${say.purposeWrong}</span>` : null}
<input id="purpose" name="purpose" required maxlength="500" value="${wrong ?? session.purpose}" autocomplete="off" aria-describedby="purpose-hint${wrong === null ? '' : ' purpose-wrong'}"${wrong !== null ? html` aria-invalid="true"` : null}></p>
<button type="submit">${say.continue}</button>
</form>`

/** Why personal data are read: stated once a session, and written with each look-up. */
export const purpose = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/purpose' }, async (visit) => ({
    title: visit.say.purpose,
    content: form(visit, ownPlace(visit.query['to']), null),
  }))
  definePage(app, ground, { method: 'POST', url: '/auditor/purpose' }, async (visit) => {
    const [to, stated] = [ownPlace(visit.form['to']), visit.form['purpose']?.trim() ?? '']
    if (stated === '' || purposeFault(stated) !== null)
      return { title: visit.say.purpose, content: form(visit, to, stated), status: 422 }
    const { database, keyring } = ground.deps
    const actor = { ...actorOf(visit.request), caller: visit.caller }
    await statePurpose(database, keyring, actor, { token: tokenOf(ground, visit.request) ?? '', purpose: stated })
    return { redirect: to }
  })
}
