import { sql } from 'kysely'
import { workingDaysOf } from '#features/calendar/lookups.ts'
import { endOfLocalDay, type Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import { lateness, type ObligationKind } from '#rules/obligation/obligation-state.ts'
import { dueWhenReopened, endOf } from './many-duties.queries.ts'

export { dutiesOfOrder } from './duties-of-order.queries.ts'
export { type DutyOfOrder, meetManyDuties, openManyDuties, waiveManyDuties } from './many-duties.queries.ts'
export { ObligationSchema } from './obligation.schema.ts'

/** The order that a duty belongs to, as far as the duty has to know it. */
export type ObligedOrder = {
  readonly id: string
  readonly supplierId: string
  readonly jobcenterId: string
  readonly citizenId: string
  readonly targetGroup: string
}

/** A duty to open. `subject` tells it from others of its kind on the order: a month, a date, an id. */
export type Duty = {
  readonly kind: ObligationKind
  readonly subject: string
  readonly dueOn: LocalDate
  /** Where a later date was agreed before: what the date would be without that. */
  readonly originalDueOn?: LocalDate
  readonly because: string
}

/**
 * Opens duties in the transaction that causes them. One that stands already for its kind and subject is left as it is,
 * unless it had been waived: then it is open again with the new date, or the later one that was agreed for it.
 */
export const openObligations = async (
  trx: Trx,
  order: ObligedOrder,
  duties: readonly Duty[],
  openedAt: Instant,
): Promise<void> => {
  if (duties.length === 0) return
  const due = sql.raw(dueWhenReopened)
  // One statement cannot meet its own row again: the first of each kind and subject stands.
  const once = new Map<string, Duty>()
  for (const duty of duties) {
    const key = `${duty.kind} ${duty.subject}`
    if (!once.has(key)) once.set(key, duty)
  }
  await trx
    .insertInto('obligations')
    .values(
      [...once.values()].map(({ kind, subject, dueOn, originalDueOn = dueOn, because }) => ({
        id: newId(),
        kind,
        orderId: order.id,
        supplierId: order.supplierId,
        jobcenterId: order.jobcenterId,
        citizenId: order.citizenId,
        targetGroup: order.targetGroup,
        subject,
        openedAt,
        openedBecause: because,
        dueOn,
        dueAt: endOfLocalDay(dueOn),
        originalDueOn,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['orderId', 'kind', 'subject'])
        .doUpdateSet((eb) => ({
          waivedAt: null,
          waivedBecause: null,
          openedAt: eb.ref('excluded.openedAt'),
          openedBecause: eb.ref('excluded.openedBecause'),
          dueOn: sql<LocalDate>`${due}`,
          dueAt: sql<Instant>`${sql.raw(endOf(dueWhenReopened))}`,
          originalDueOn: eb.ref('excluded.originalDueOn'),
          // What was told of a date is not told of the same date again.
          dueSoonToldAt: sql`case when obligations.due_on = ${due} then obligations.due_soon_told_at end`,
          overdueToldAt: sql`case when obligations.due_on = ${due} then obligations.overdue_told_at end`,
          version: sql`obligations.version + 1`,
        }))
        .where('obligations.waivedAt', 'is not', null),
    )
    .execute()
}

/** Which duties of an order are meant: all of a kind, or one by its subject. */
export type DutyRef = { readonly kind: ObligationKind; readonly subject?: string }

/**
 * Meets open duties in the transaction that meets them, late or not; how late is kept. Meeting what is met, waived or
 * never was changes nothing.
 * @param metBy what met it, such as `first-meeting` or an id
 */
export const meetObligations = async (
  trx: Trx,
  orderId: string,
  duty: DutyRef,
  metAt: Instant,
  metBy: string,
): Promise<void> => {
  let open = trx
    .selectFrom('obligations')
    .select(['id', 'dueOn'])
    .where('orderId', '=', orderId)
    .where('kind', '=', duty.kind)
    .where('metAt', 'is', null)
    .where('waivedAt', 'is', null)
  if (duty.subject !== undefined) open = open.where('subject', '=', duty.subject)
  const rows = await open.forUpdate().execute()
  if (rows.length === 0) return
  const isWorkingDay = await workingDaysOf(trx)
  for (const { id, dueOn } of rows) {
    await trx
      .updateTable('obligations')
      .set((eb) => ({ metAt, metBy, ...lateness(dueOn, metAt, isWorkingDay), version: eb('version', '+', 1) }))
      .where('id', '=', id)
      .execute()
  }
}

/**
 * Waives open duties of an order: all, those of some kinds, those due after a moment (what was due stays overdue), or those
 * that would be due after a day had no later date been agreed.
 */
export const waiveObligations = async (
  trx: Trx,
  orderId: string,
  given: {
    readonly kinds?: readonly ObligationKind[]
    readonly subjects?: readonly string[]
    readonly dueAfter?: Instant
    readonly originallyDueAfter?: LocalDate
  },
  waivedAt: Instant,
  because: string,
): Promise<void> => {
  let open = trx
    .updateTable('obligations')
    .set((eb) => ({ waivedAt, waivedBecause: because, version: eb('version', '+', 1) }))
    .where('orderId', '=', orderId)
    .where('metAt', 'is', null)
    .where('waivedAt', 'is', null)
  if (given.kinds) open = open.where('kind', 'in', [...given.kinds])
  if (given.subjects) open = open.where('subject', 'in', [...given.subjects])
  if (given.dueAfter !== undefined) open = open.where('dueAt', '>', given.dueAfter)
  if (given.originallyDueAfter !== undefined) open = open.where('originalDueOn', '>', given.originallyDueAfter)
  await open.execute()
}

/**
 * What settled duties of an order was taken back: they are open again as they were, with their dates. Where the citizen moved
 * meanwhile, the database gives them the municipality that they would have had.
 * @param given.settledAt when they were met or waived
 * @param given.because what met or waived them
 */
export const reopenObligations = async (
  trx: Trx,
  orderId: string,
  given: { readonly settledAt: Instant; readonly because: readonly string[] },
): Promise<void> => {
  await trx
    .updateTable('obligations')
    .set((eb) => ({
      metAt: null,
      metBy: null,
      daysLate: null,
      workingDaysLate: null,
      waivedAt: null,
      waivedBecause: null,
      version: eb('version', '+', 1),
    }))
    .where('orderId', '=', orderId)
    .where((eb) =>
      eb.or([
        eb('metAt', '=', given.settledAt).and('metBy', 'in', [...given.because]),
        eb('waivedAt', '=', given.settledAt).and('waivedBecause', 'in', [...given.because]),
      ]),
    )
    .execute()
}

/** The open duties of a kind on an order, with the dates that they were opened with and that they have now. */
export const openDuties = (
  trx: Trx,
  orderId: string,
  kind: ObligationKind,
): Promise<{ subject: string; originalDueOn: LocalDate; dueOn: LocalDate; dueAt: Instant }[]> =>
  trx
    .selectFrom('obligations')
    .select(['subject', 'originalDueOn', 'dueOn', 'dueAt'])
    .where('orderId', '=', orderId)
    .where('kind', '=', kind)
    .where('metAt', 'is', null)
    .where('waivedAt', 'is', null)
    .execute()

/** The subjects of an order's duties of a kind that were met. */
export const metSubjects = async (trx: Trx, orderId: string, kind: ObligationKind): Promise<Set<string>> => {
  const met = trx.selectFrom('obligations').select('subject').where('orderId', '=', orderId).where('kind', '=', kind)
  return new Set((await met.where('metAt', 'is not', null).execute()).map(({ subject }) => subject))
}
