import { Differs, expectThat } from './expectations.ts'
import { expectAnswer } from './portal-client.ts'
import { randomReplacementNumber } from './replacement-number.ts'
import { type Course, registrar, type Stage } from './stage.ts'
import { type Week, weekdays } from './week.ts'

/** What the week's orders ask for. */
const weeksOrder: Ordered = { orderedMinutes: 1800 }
const { orderedMinutes } = weeksOrder
const plannedMinutesADay = 240

const drafter = { name: 'Dorte Udkast', email: 'dorte@jobcenter-musvaagevej.example' }
const approver = { name: 'Gorm Godkender', email: 'gorm@jobcenter-musvaagevej.example', role: 'team-manager' }

/** What an order asks for beside its citizen and days. */
export type Ordered = {
  readonly orderedMinutes: number
  readonly reports?: { readonly interimEveryWeeks: number; readonly interimDueWorkingDays: number }
}

/** A stage as far as an order needs it: `monday` is its first day, with the first meeting. */
export type Ordering = Omit<Stage, 'week'> & { readonly week: Pick<Week, 'monday' | 'lastDay'> }

/** What the jobcenter looks up before it can order. */
type Terms = {
  readonly supplierId: string
  readonly frameworkAgreementId: string
  readonly offer: string
  readonly deliveryAddressId: string
}

type Listed<T> = { items: T[]; next: string | null }
type Organisation = { id: string; name: string; deliveryAddresses: { id: string; address: string }[] }
type Agreement = {
  id: string
  supplierId: string
  offers: { code: string; title: string }[]
  targetGroups: string[]
  validFrom: string
  validTo: string
}

/** Looks up the supplier's address and the agreement that covers both orders. */
export const lookUpTerms = async (
  { cast, week, narrator }: Ordering,
  targetGroups: readonly string[],
): Promise<Terms> => {
  const { jobcenter, supplier } = cast
  const directory = await jobcenter.call({ method: 'GET', path: '/v1/organisations?kind=supplier&limit=500' })
  expectAnswer(directory, 200)
  const found = (directory.body as Listed<Organisation>).items.find(({ id }) => id === supplier.id)
  const address = found?.deliveryAddresses[0]
  if (!found || !address) throw new Differs(`The directory should show ${supplier.name} with a delivery address.`)
  const agreements = await jobcenter.call({ method: 'GET', path: '/v1/framework-agreements?limit=500' })
  expectAnswer(agreements, 200)
  const agreement = (agreements.body as Listed<Agreement>).items.find(
    (candidate) =>
      candidate.supplierId === supplier.id &&
      targetGroups.every((group) => candidate.targetGroups.includes(group)) &&
      candidate.validFrom <= week.monday &&
      candidate.validTo >= week.lastDay,
  )
  const offer = agreement?.offers.find(({ code }) => code === 'clarification') ?? agreement?.offers[0]
  if (!agreement || !offer)
    throw new Differs(`An agreement of ${supplier.name} should cover ${targetGroups.join(', ')}.`)
  narrator.note(`${offer.title}, at ${address.address}`)
  return {
    supplierId: supplier.id,
    frameworkAgreementId: agreement.id,
    offer: offer.code,
    deliveryAddressId: address.id,
  }
}

/** A CPR number of whom the jobcenter has no order yet. */
const newcomersNumber = async ({ cast, numberMade }: Ordering): Promise<string> => {
  for (let tries = 0; tries < 20; tries++) {
    const cpr = randomReplacementNumber()
    numberMade(cpr)
    const search = await cast.jobcenter.call({ method: 'POST', path: '/v1/citizen-searches', body: { cpr } })
    expectAnswer(search, 200)
    if ((search.body as { citizenId: string | null }).citizenId === null) return cpr
  }
  throw new Differs('Twenty random CPR numbers in a row belong to citizens of the jobcenter.')
}

/** § 1: a draft, which the supplier does not see, an approval by its own author, and one by a second person. */
export const placeOrder = async (
  stage: Ordering,
  terms: Terms,
  citizen: { readonly name: string; readonly targetGroup: string },
  ordered: Ordered = weeksOrder,
): Promise<Course> => {
  const { cast, narrator, ledger, week } = stage
  const { jobcenter, supplier } = cast
  const cpr = await newcomersNumber(stage)
  const order = await narrator.step(
    `${jobcenter.name} drafts an order for ${citizen.name} (${citizen.targetGroup}): ${ordered.orderedMinutes / 60} hours.`,
    async () => {
      const answer = await jobcenter.call({
        method: 'POST',
        path: '/v1/orders',
        body: {
          ...terms,
          targetGroup: citizen.targetGroup,
          citizen: { cpr, name: citizen.name, residenceMunicipality: '0101' },
          startDate: week.monday,
          endDate: week.lastDay,
          ...ordered,
          firstMeetingAt: `${week.monday}T08:00:00Z`,
          caseworker: { name: 'Sanne Sagsbehandler', email: 'sanne@jobcenter-musvaagevej.example' },
          registeredBy: drafter,
        },
      })
      expectAnswer(answer, 201, { status: 'draft', course: { status: 'awaiting-first-meeting' }, ...ordered })
      expectThat(!answer.text.includes(cpr), 'the answer should not show the CPR number')
      const { id, orderNumber, activities } = answer.body as {
        id: string
        orderNumber: string
        activities: { id: string; kind: string }[]
      }
      const activity = activities.find(({ kind }) => kind === 'on-site')
      if (!activity) throw new Differs('The order should have an on-site activity.')
      expectAnswer(await supplier.call({ method: 'GET', path: `/v1/orders/${id}` }), 404, { code: 'not-found' })
      narrator.note(`${orderNumber} is a draft; ${supplier.name} cannot see it (404)`)
      ledger.follow(id)
      return { id, activityId: activity.id, orderNumber }
    },
  )
  const path = `/v1/orders/${order.id}/approval`
  await narrator.step(`${drafter.name} would approve the own draft ${order.orderNumber}.`, async () => {
    const email = drafter.email.toUpperCase()
    const body = { approvedBy: { name: drafter.name, email, role: 'delegate' } }
    expectAnswer(await jobcenter.call({ method: 'POST', path, body }), 409, { code: 'approval-needs-second-person' })
    narrator.note('refused: approval-needs-second-person (§ 1)')
  })
  await narrator.step(`${approver.name} approves ${order.orderNumber}.`, async () => {
    const answer = await jobcenter.call({ method: 'POST', path, body: { approvedBy: approver } })
    expectAnswer(answer, 200, { id: order.id, status: 'approved' })
    await ledger.hears(supplier, { type: 'order.placed', orderId: order.id })
  })
  await narrator.step(`${supplier.name} reads ${order.orderNumber}, and finds it by the CPR number.`, async () => {
    const answer = await supplier.call({ method: 'GET', path: `/v1/orders/${order.id}` })
    expectAnswer(answer, 200, { status: 'approved', citizen: { name: citizen.name, cpr } })
    const search = await supplier.call({ method: 'POST', path: '/v1/citizen-searches', body: { cpr } })
    expectAnswer(search, 200, { orders: [{ id: order.id }] })
    expectThat(!search.text.includes(cpr), 'a list should not show the CPR number')
  })
  return { citizen: citizen.name, orderId: order.id, activityId: order.activityId }
}

/** § 4: more than was ordered is refused; then Monday to Friday are planned. */
export const planWeek = async (
  { cast, narrator, week }: Stage,
  { citizen, orderId, activityId }: Course,
): Promise<void> => {
  const plan = (plannedMinutes: number) =>
    cast.supplier.call({
      method: 'PUT',
      path: `/v1/orders/${orderId}/plan`,
      body: { complete: false, days: weekdays(week).map((date) => ({ date, activityId, plannedMinutes })) },
    })
  const tooMany = 420
  await narrator.step(`${cast.supplier.name} plans ${(tooMany * 5) / 60} hours for ${citizen}.`, async () => {
    const facts = { plannedMinutes: tooMany * 5, orderedMinutes }
    expectAnswer(await plan(tooMany), 422, { code: 'plan-exceeds-order', ...facts })
    narrator.note('refused: plan-exceeds-order (§ 4)')
  })
  await narrator.step(`${cast.supplier.name} plans four hours a day, Monday to Friday.`, async () => {
    const planned = plannedMinutesADay * 5
    const answer = await plan(plannedMinutesADay)
    expectAnswer(answer, 201, { plannedMinutes: planned, remainingMinutes: orderedMinutes - planned, complete: false })
    narrator.note(`${planned / 60} of ${orderedMinutes / 60} hours are planned`)
  })
}

/** § 7: nothing is registered before the citizen came once; then the citizen comes. */
export const meetFirst = async (
  { cast, narrator, ledger, week }: Ordering,
  { citizen, orderId, activityId }: Course,
): Promise<void> => {
  const { supplier, jobcenter } = cast
  await narrator.step(`${supplier.name} registers an absence before ${citizen} has come at all.`, async () => {
    const absence = {
      orderId,
      activityId,
      date: week.monday,
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: registrar,
    }
    const answer = await supplier.call({ method: 'POST', path: '/v1/absences', body: absence })
    expectAnswer(answer, 409, { code: 'course-not-started', courseStatus: 'awaiting-first-meeting' })
    narrator.note('refused: course-not-started (§ 7)')
  })
  await narrator.step(`Monday: ${citizen} comes to the first meeting.`, async () => {
    const answer = await supplier.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/first-meeting`,
      body: { outcome: 'attended', on: week.monday, registeredBy: registrar },
    })
    expectAnswer(answer, 200, { course: { status: 'attending', firstAttendedOn: week.monday } })
    await ledger.hears(jobcenter, { type: 'first-meeting.attended', orderId })
  })
}
