import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { drawInspection } from '#features/inspections/commands.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { formats } from '#platform/http/validation.ts'
import { isUuid, newId } from '#platform/ids.ts'
import { type Choice, choicesFor } from '../choices.queries.ts'
import { formTokenField } from '../layout.ts'
import { type Content, html } from '../markup.ts'
import type { Values } from '../values.ts'
import { definePage, type PageAnswer, type PageGround, type Visit } from '../visit.ts'
import { type InspectionWords, inspectionWordsIn } from '../words/words-of-inspections.ts'

/** Ours: as many places as the API gives at most, and as many as the city usually asks for. */
const mostPlaces = 200
const usualPlaces = '15'

type Asked = Parameters<typeof drawInspection>[2]

const placesOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= mostPlaces ? Number(text) : undefined

/** What a form asks for, or the words that say what is wrong with it. */
const askedIn = (form: Values, personName: string): Asked | keyof InspectionWords => {
  const { supplierId = '', residenceMunicipality = '', seed = '' } = form
  const [running, ended] = [placesOf(form['running']), placesOf(form['ended'])]
  const drawnBy = { name: personName }
  if (running === undefined || ended === undefined || running + ended === 0) return 'wrongCount'
  if (seed !== '' && !(/^[\x21-\x7e]{1,100}$/.test(seed) && formats['no-citizen-number'](seed))) return 'wrongSeed'
  const rest = { running, ended, drawnBy, ...(seed === '' ? {} : { seed }) }
  if (residenceMunicipality === '' && isUuid(supplierId)) return { supplierId, ...rest }
  if (supplierId === '' && /^\d{4}$/.test(residenceMunicipality)) return { residenceMunicipality, ...rest }
  return 'wrongOf'
}

const field = (
  given: { name: string; label: string; value: string | undefined; hint?: string },
  more: Content,
): Content => html`<div class="field"><label for="${given.name}">${given.label}${given.hint === undefined ? null : html` <span class="hint" id="${given.name}-hint">${given.hint}</span>`}</label>
<input id="${given.name}" name="${given.name}" value="${given.value}" autocomplete="off"${given.hint === undefined ? null : html` aria-describedby="${given.name}-hint"`}${more}></div>`

const formPage = (
  visit: Visit,
  given: { suppliers: readonly Choice[]; values: Values; wrong: keyof InspectionWords | null },
): PageAnswer => {
  const say = inspectionWordsIn(visit.language)
  const { values, wrong } = given
  const places = html` type="number" min="0" max="${mostPlaces}" step="1" required`
  const content = html`<h1>${say.drawHeading}</h1>
<p class="note">${say.intro}</p>
${wrong === null ? null : html`<div class="panel" role="alert"><p class="alarm">${say.wrong}</p><p>${say[wrong]}</p></div>`}
<form method="post" action="/auditor/inspections" class="panel">
${formTokenField(visit.formToken)}<input type="hidden" name="formKey" value="${newId()}">
<fieldset><legend>${say.of}</legend>
<div class="fields">
<div class="field"><label for="supplierId">${say.ofSupplier}</label>
<select id="supplierId" name="supplierId"><option value="">${say.choose}</option>
${given.suppliers.map(({ value, name }) => html`<option value="${value}"${value === values['supplierId'] ? html` selected` : null}>${name}</option>\n`)}</select></div>
${field(
  {
    name: 'residenceMunicipality',
    label: `${say.ofMunicipality}: ${say.municipality}`,
    value: values['residenceMunicipality'],
    hint: say.municipalityHint,
  },
  html` inputmode="numeric" pattern="[0-9]{4}" maxlength="4"`,
)}
</div></fieldset>
<div class="fields">
${field({ name: 'running', label: say.running, value: values['running'] ?? usualPlaces }, places)}
${field({ name: 'ended', label: say.ended, value: values['ended'] ?? usualPlaces }, places)}
${field({ name: 'seed', label: say.seed, value: values['seed'], hint: say.seedHint }, html` maxlength="100"`)}
</div>
<p><button type="submit">${say.draw}</button></p>
</form>`
  return { title: say.drawHeading, content, ...(wrong === null ? {} : { status: 422 }) }
}

const wrongs: Readonly<Record<string, keyof InspectionWords>> = {
  'not-found': 'wrongThere',
  'nothing-to-draw': 'wrongEmpty',
}

/** Ours: a draw takes a fraction of a second; a second press waits for the first one for so long. */
const attempts = 20
const pauseMs = 100

/** Does it, and again while another press of the same form is at it: the second one is answered as the first. */
const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let left = attempts; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (left <= 1 || !(error instanceof HttpProblem) || error.slug !== 'request-in-progress') throw error
      await sleep(pauseMs)
    }
  }
}

/** While the first press is at it still: the same form, to be sent again. */
const busyPage = (visit: Visit): PageAnswer => {
  const say = inspectionWordsIn(visit.language)
  const content = html`<h1>${say.busyHeading}</h1>
<p role="status">${say.busyText}</p>
<form method="post" action="/auditor/inspections">
${formTokenField(visit.formToken)}
${Object.entries(visit.form)
  .filter(([name]) => name !== 'formToken')
  .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}
<p><button type="submit">${say.lookAgain}</button></p>
</form>`
  return { title: say.busyHeading, content, status: 202 }
}

const suppliersFor = (ground: PageGround, visit: Visit): Promise<readonly Choice[]> =>
  read(ground.deps.database, visit.asRequest({}), async (trx) => (await choicesFor(trx, visit.language)).suppliers)

/** Draws an inspection by a form: as the API does, audited, and once however often the form is sent. */
export const draw = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections/new' }, async (visit) =>
    formPage(visit, { suppliers: await suppliersFor(ground, visit), values: visit.query, wrong: null }),
  )
  definePage(app, ground, { method: 'POST', url: '/auditor/inspections' }, async (visit) => {
    const again = async (wrong: keyof InspectionWords): Promise<PageAnswer> =>
      formPage(visit, { suppliers: await suppliersFor(ground, visit), values: visit.form, wrong })
    const asked = askedIn(visit.form, visit.session.personName)
    if (typeof asked === 'string') return again(asked)
    const request = visit.asRequest({ body: asked })
    const work = async (trx: Trx) => ({ status: 201, body: { id: await drawInspection(trx, request, asked) } })
    try {
      const { body } = await patiently(() => write(ground.deps.database, request, work))
      const { id } = (typeof body === 'string' ? JSON.parse(body) : body) as { id: string }
      return { redirect: `/auditor/inspections/${id}` }
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error
      if (error.slug === 'request-in-progress') return busyPage(visit)
      const wrong = wrongs[error.slug]
      if (wrong === undefined) throw error
      return again(wrong)
    }
  })
}
