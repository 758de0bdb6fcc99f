import type { FastifyInstance } from 'fastify'
import { closeInspectionIn, discardInspectionIn } from '#features/inspections/commands.ts'
import { mayDo, shownInspection } from '#features/inspections/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import { isPlainText, plainText } from '#platform/plain-text.ts'
import { formTokenField } from '../layout.ts'
import { type Content, html, type Markup } from '../markup.ts'
import type { Values } from '../values.ts'
import { definePage, type PageAnswer, type PageGround, type Visit } from '../visit.ts'
import { type ConductWords, conductWordsIn, filledIn } from '../words/words-of-conducting.ts'

type Shown = Awaited<ReturnType<typeof shownInspection>>

/** As many characters as the API takes of a reason. */
const mostOfReason = 4000

const idOf = ({ params }: Visit): string => {
  const id = params['id'] ?? ''
  if (!isUuid(id)) throw new HttpProblem('not-found')
  return id
}

const reasonIn = (form: Values, name: string): string => plainText(form[name] ?? '')
const isReason = (text: string): boolean => text.length <= mostOfReason && isPlainText(text)

const reasonField = (given: {
  name: string
  label: Content
  value: string
  isWrong?: boolean
}): Markup => html`<div class="field"><label for="${given.name}">${given.label}</label>
<textarea id="${given.name}" name="${given.name}" maxlength="${mostOfReason}" dir="auto" autocomplete="off" aria-describedby="reason-hint"${given.isWrong ? html` aria-invalid="true"` : null}>
${given.value}</textarea></div>`

const wrongPart = (say: ConductWords, wrong: keyof ConductWords | null): Content =>
  wrong === null
    ? null
    : html`<div class="panel" role="alert"><p class="alarm">${say.wrong}</p><p>${say[wrong]}</p></div>`

const missingText = (say: ConductWords, count: number): string =>
  count === 1 ? say.missingOne : filledIn(say.missingOf, { count })

const closePage = (visit: Visit, one: Shown, wrong: keyof ConductWords | null): PageAnswer => {
  const say = conductWordsIn(visit.language)
  const typedIn = (name: string): string => reasonIn(visit.form, name)
  // A reason that was typed stays, also where its course was judged meanwhile.
  const open = one.courses.filter(({ orderId, unjudged }) => unjudged > 0 || typedIn(`reason-${orderId}`) !== '')
  const content = html`<h1>${say.closeHeading}</h1>
<p>${say.closeText}</p>
${wrongPart(say, wrong)}
<form method="post" action="/auditor/inspections/${one.id}/close" class="panel">
${formTokenField(visit.formToken)}
${
  open.length === 0
    ? html`<p>${say.closeReady}</p>`
    : html`<p class="hint" id="reason-hint">${say.reasonHint}</p>
${open.map(({ orderId, orderNumber, unjudged }) =>
  reasonField({
    name: `reason-${orderId}`,
    label: html`${orderNumber}: ${say.reasonFor} <span class="hint">${missingText(say, unjudged)}</span>`,
    value: typedIn(`reason-${orderId}`),
  }),
)}
${reasonField({ name: 'reason', label: say.reasonForAll, value: typedIn('reason') })}`
}
<p class="actions"><button type="submit">${say.close}</button>
<a class="button quiet" href="/auditor/inspections/${one.id}">${say.toInspection}</a></p>
</form>`
  return { title: say.closeHeading, content, ...(wrong === null ? {} : { status: 422 }) }
}

const discardPage = (visit: Visit, id: string, wrong: keyof ConductWords | null): PageAnswer => {
  const say = conductWordsIn(visit.language)
  const content = html`<h1>${say.discardHeading}</h1>
<p>${say.discardText}</p>
${wrongPart(say, wrong)}
<form method="post" action="/auditor/inspections/${id}/discard" class="panel">
${formTokenField(visit.formToken)}
<p class="hint" id="reason-hint">${say.reasonHint}</p>
${reasonField({ name: 'reason', label: say.discardReason, value: reasonIn(visit.form, 'reason'), isWrong: wrong !== null })}
<p class="actions"><button type="submit">${say.discard}</button>
<a class="button quiet" href="/auditor/inspections/${id}">${say.toInspection}</a></p>
</form>`
  return { title: say.discardHeading, content, ...(wrong === null ? {} : { status: 422 }) }
}

const wrongs: Readonly<Record<string, keyof ConductWords>> = {
  'inspection-incomplete': 'inspection-incomplete',
  'not-judged-invalid': 'not-judged-invalid',
  'citizen-number-in-text': 'reason-with-number',
}

/** How an inspection ends, by forms: closed, or discarded as a draw that was a mistake. Neither names a citizen. */
export const endInspection = (app: FastifyInstance, ground: PageGround): void => {
  const { database } = ground.deps
  /** The form, to whoever may do it; everybody else learns why not from the inspection itself. */
  const form = async (
    visit: Visit,
    may: 'conduct' | 'discard',
    show: (one: Shown) => PageAnswer,
  ): Promise<PageAnswer> =>
    read(database, visit.asRequest({}), async (trx) => {
      const allowed = (await mayDo(trx, visit.caller, idOf(visit)))[may]
      return allowed
        ? show(await shownInspection(trx, visit.asRequest({}), idOf(visit)))
        : { redirect: `/auditor/inspections/${idOf(visit)}` }
    })
  /** Does it, or shows the form again with what is wrong. A second press finds it done. */
  const end = async (
    visit: Visit,
    given: {
      readonly done: string
      readonly work: (trx: Trx) => Promise<void>
      readonly again: (wrong: keyof ConductWords) => Promise<PageAnswer>
    },
  ): Promise<PageAnswer> => {
    const done = { redirect: `/auditor/inspections/${idOf(visit)}` }
    try {
      await write(database, visit.asRequest({}), async (trx) => {
        await given.work(trx)
        return { status: 200 }
      })
      return done
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error
      if (error.slug === given.done) return done
      const isWordless = error.faults.length > 0 && error.faults.every(({ code }) => code === 'no-words')
      const wrong = isWordless ? 'reason-too-short' : wrongs[error.slug]
      if (wrong === undefined) throw error
      return given.again(wrong)
    }
  }
  const by = ({ session }: Visit) => ({ name: session.personName })

  definePage(app, ground, { method: 'GET', url: '/auditor/inspections/:id/close' }, (visit) =>
    form(visit, 'conduct', (one) => closePage(visit, one, null)),
  )
  definePage(app, ground, { method: 'POST', url: '/auditor/inspections/:id/close' }, (visit) => {
    const id = idOf(visit)
    const again = (wrong: keyof ConductWords) => form(visit, 'conduct', (one) => closePage(visit, one, wrong))
    const reasons = Object.keys(visit.form).flatMap((name) => {
      const [, orderId] = /^reason(?:-([0-9a-f-]{36}))?$/.exec(name) ?? [null, null]
      const reason = reasonIn(visit.form, name)
      if (orderId === null || reason === '') return []
      return [{ reason, ...(orderId === undefined ? {} : { orderId }) }]
    })
    if (!reasons.every(({ reason }) => isReason(reason))) return again('reason-missing')
    const work = (trx: Trx) =>
      closeInspectionIn(trx, visit.asRequest({}), { id, notJudged: reasons, registeredBy: by(visit) })
    return end(visit, { done: 'inspection-closed', work, again })
  })
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections/:id/discard' }, (visit) =>
    form(visit, 'discard', ({ id }) => discardPage(visit, id, null)),
  )
  definePage(app, ground, { method: 'POST', url: '/auditor/inspections/:id/discard' }, async (visit) => {
    const id = idOf(visit)
    const reason = reasonIn(visit.form, 'reason')
    const again = async (wrong: keyof ConductWords): Promise<PageAnswer> => discardPage(visit, id, wrong)
    if (!isReason(reason)) return again('reason-missing')
    const work = (trx: Trx) => discardInspectionIn(trx, visit.asRequest({}), { id, reason, registeredBy: by(visit) })
    return end(visit, { done: 'inspection-discarded', work, again })
  })
}
