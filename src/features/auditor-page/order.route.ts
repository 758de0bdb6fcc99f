import type { FastifyInstance } from 'fastify'
import { absencesOfOrder } from '#features/absences/lookups.ts'
import { dutiesOpenedLateByAuthority } from '#features/compliance/lookups.ts'
import { dutiesOfOrder } from '#features/obligations/lookups.ts'
import { findOrder, type OrderRow, wholeOrder } from '#features/orders/lookups.ts'
import { protocolsOfOrder } from '#features/protocols/lookups.ts'
import { reportsOfOrder } from '#features/reports/lookups.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { isUuid } from '#platform/ids.ts'
import { type Choices, choicesFor, labelsOf, offerTitle } from './choices.queries.ts'
import { type Content, html } from './markup.ts'
import { knownPlace } from './signing-in/own-place.ts'
import { type Cell, hoursText, table } from './tables.ts'
import { definePage, type PageGround, type Visit } from './visit.ts'
import { type InWords, inWords } from './words/in-words.ts'
import { type CaseWords, caseWordsIn, codeInWords, kindInWords, statusInWords } from './words/words-of-cases.ts'
import { figureWordsIn } from './words/words-of-figures.ts'

/** What the page of a case shows: the register's own documents, without the CPR number and without case texts. */
const readCase = async (trx: Trx, request: PortalRequest, order: OrderRow, language: Visit['language']) => {
  const { caller, arrivedAt } = request
  return {
    ...(await wholeOrder(trx, caller, order)),
    duties: (await dutiesOfOrder(trx, caller, order.id, arrivedAt)).toSorted((one, other) =>
      one.dueOn < other.dueOn ? -1 : Number(one.dueOn > other.dueOn),
    ),
    excused: await dutiesOpenedLateByAuthority(trx, order.id),
    absences: await absencesOfOrder(trx, order),
    protocols: await protocolsOfOrder(trx, order, localDateAt(arrivedAt)),
    reports: await reportsOfOrder(trx, order.id),
    choices: await choicesFor(trx, language),
    offer: await offerTitle(trx, order.frameworkAgreementId, order.offer),
    reasons: await labelsOf(trx, 'absence-reasons', language),
  }
}
type Case = Awaited<ReturnType<typeof readCase>>

const nameOf = (choices: Choices, list: keyof Choices, value: string): string =>
  choices[list].find((one) => one.value === value)?.name ?? value

const text = (content: Content): Cell => ({ content })
const number = (value: number | null): Cell => ({ content: value === null ? '–' : value, isNumber: true })

type Ground = { readonly visit: Visit; readonly shown: Case; readonly say: CaseWords; readonly words: InWords }

const summary = ({ visit, shown, say, words }: Ground): Content => {
  const { order, choices } = shown
  const at = (moment: Instant): string => words.moment(moment)
  const pairs: readonly (readonly [string, Content])[] = [
    [say.citizen, order.citizen.name],
    [say.municipality, order.citizen.residenceMunicipality],
    // Said once where order and course stand alike.
    [
      say.status,
      [...new Set([order.status, order.course.status].map((code) => codeInWords(code, visit.language)))].join(', '),
    ],
    [say.supplier, nameOf(choices, 'suppliers', order.supplierId)],
    [say.jobcenter, nameOf(choices, 'jobcenters', order.jobcenterId)],
    [say.offer, `${shown.offer}, ${nameOf(choices, 'agreements', order.frameworkAgreementId)}`],
    [
      say.course,
      `${words.date(order.startDate)} – ${words.date(order.endDate)}, ${nameOf(choices, 'targetGroups', order.targetGroup)}`,
    ],
    ...(order.firstMeetingAt === null ? [] : [[say.firstMeeting, at(order.firstMeetingAt)] as const]),
    [say.hours, html`${hoursText(order.orderedMinutes, words)} / ${hoursText(order.plannedMinutes, words)}`],
    [say.planComplete, order.planComplete ? say.yes : say.no],
  ]
  return html`<h2>${say.summary}</h2><dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`
}

const list = (
  say: CaseWords,
  caption: string,
  headings: readonly (string | readonly [string])[],
  rows: readonly { readonly name: Content; readonly cells: readonly Cell[] }[],
): Content => html`<h2>${caption}</h2>
${
  rows.length === 0
    ? html`<p class="empty">${say.none}</p>`
    : table({
        caption,
        isTitled: true,
        scrollHint: say.scrollHint,
        headings: headings.map((one) => (typeof one === 'string' ? { text: one } : { text: one[0], isNumber: true })),
        rows,
      })
}`

/** A duty's status; of one that the figures hold against nobody, what they say of it. */
const dutyStatus = ({ visit, shown, say }: Ground, { id, status, metAt }: Case['duties'][number]): string => {
  if (!shown.excused.has(id)) return statusInWords(status, visit.language)
  return metAt === null ? say.openedLateNotMet : say.openedLateMet
}

/** The way back to where the case was opened from. */
const wayBack = ({ visit, say }: Ground): Content => {
  const back = knownPlace(visit.query['back'])
  if (back === undefined) return null
  const isCourse = /^\/auditor\/inspections\/[^/?]+\/courses\//.test(back)
  const text = isCourse ? say.backToCourse : figureWordsIn(visit.language).backToList
  return html`<p class="no-print"><a href="${back}">← ${text}</a></p>\n`
}

const casePage = (ground: Ground): Content => {
  const { visit, shown, say, words } = ground
  const { language } = visit
  const moment = (at: Instant | null): string => (at === null ? '–' : words.moment(at))
  const stateOf = (code: string): string => codeInWords(code, language)
  return html`${wayBack(ground)}<h1>${say.order} ${shown.order.orderNumber}</h1>
${summary(ground)}
${list(
  say,
  say.duties,
  [say.duty, say.dueOn, say.status, say.metAt, [say.workingDaysLate]],
  shown.duties.map((duty) => ({
    name: kindInWords(duty.kind, language),
    cells: [
      text(words.date(duty.dueOn)),
      text(dutyStatus(ground, duty)),
      text(moment(duty.metAt)),
      number(shown.excused.has(duty.id) ? null : duty.workingDaysLate),
    ],
  })),
)}
${list(
  say,
  say.absences,
  [say.date, [say.absentHours], say.reason, say.registeredAt, [say.daysLate], say.status],
  shown.absences.map((absence) => ({
    name: words.date(absence.date),
    cells: [
      { content: hoursText(absence.absentMinutes, words), isNumber: true },
      text(shown.reasons.find(({ value }) => value === absence.reason)?.name ?? absence.reason),
      text(moment(absence.registeredAt)),
      number(absence.daysLate),
      text(stateOf(absence.status)),
    ],
  })),
)}
${list(
  say,
  say.protocols,
  [say.month, [say.version], say.submittedAt, say.stale, [say.differences]],
  shown.protocols.map((protocol) => ({
    name: words.month(protocol.month),
    cells: [
      number(protocol.version),
      text(protocol.submittedAt === null ? say.notSubmitted : moment(protocol.submittedAt)),
      text(protocol.staleSince === null ? '–' : moment(protocol.staleSince)),
      number(protocol.differences.length),
    ],
  })),
)}
${list(
  say,
  say.reports,
  [say.report, say.status, say.dueOn, say.submittedAt, [say.workingDaysLate]],
  shown.reports.map((report) => ({
    name: stateOf(report.kind),
    cells: [
      text(stateOf(report.status)),
      text(report.dueOn === null ? '–' : words.date(report.dueOn)),
      text(moment(report.submittedAt)),
      number(report.workingDaysLate),
    ],
  })),
)}`
}

/** One case: its order in summary, with duties, absences, protocols and reports. It names the citizen: a look-up. */
export const order = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/orders/:id' }, async (visit) => {
    const id = visit.params['id'] ?? ''
    if (!isUuid(id)) throw new HttpProblem('not-found')
    const request = visit.asRequest({})
    const purpose = purposeOf(request)
    const shown = await read(ground.deps.database, request, async (trx) => {
      const found = await findOrder(trx, visit.caller, id)
      const { citizenId, id: orderId } = found
      await recordLookup(trx, request, { operation: 'getOrder', citizenId, orderId, purpose })
      return readCase(trx, request, found, visit.language)
    })
    const say = caseWordsIn(visit.language)
    const title = `${say.order} ${shown.order.orderNumber}`
    return { title, content: casePage({ visit, shown, say, words: inWords(visit.language) }) }
  })
}
