import { openedContactRequests } from '#features/contact-requests/lookups.ts'
import { openedNotices } from '#features/notices/lookups.ts'
import { numberOfCitizen } from '#features/orders/lookups.ts'
import { openedReportRequests, openedReportVersions, openedReturns } from '#features/reports/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import {
  absencesOfCitizen,
  documentsOfOrders,
  type ExportedRecord,
  exported,
  historyOf,
  lookupsOfCitizen,
  namesOfOrganisations,
  ordersOfCitizen,
  protocolVersions,
  recordsBelow,
  recordsOfOrders,
} from './export.queries.ts'
import { type SectionName, sectionNames } from './sections.ts'

/** Everything held on a citizen, as one organisation may see it. */
export type CitizenExport = {
  readonly exportedAt: Instant
  readonly organisation: { readonly id: string; readonly name: string }
  /** In which capacities the organisation holds it. */
  readonly views: readonly ('supplier' | 'jobcenter')[]
  readonly citizen: {
    readonly id: string
    readonly cpr: string
    readonly names: readonly string[]
    readonly residenceMunicipalities: readonly string[]
  }
  /** Who is meant by the organisations' ids. */
  readonly organisations: readonly { readonly id: string; readonly name: string }[]
  readonly records: Readonly<Record<SectionName, readonly ExportedRecord[]>>
}

type OwnOrders = Awaited<ReturnType<typeof ordersOfCitizen>>

/** What of an order is its jobcenter's own: who drafted and approved it, and what it commits. */
const orderRecord = (row: OwnOrders[number], own: string): ExportedRecord => {
  const { draftedBy, approvedBy, committedOere, repeatedAbsenceToldTo, ...rest } = row
  return exported({ ...rest, ...(row.jobcenterId === own ? { draftedBy, approvedBy, repeatedAbsenceToldTo } : {}) })
}

const idsOf = (records: Partial<Record<SectionName, readonly ExportedRecord[]>>): unknown[] =>
  Object.values(records).flatMap((section) => section.flatMap((record) => ('id' in record ? [record['id']] : [])))

const recordsOf = async (
  trx: Trx,
  deps: Deps,
  caller: Caller,
  citizenId: string,
  orders: OwnOrders,
): Promise<Record<SectionName, readonly ExportedRecord[]>> => {
  const own = caller.organisation.id
  const ids = orders.map(({ id }) => id)
  const ofOrders = await recordsOfOrders(trx, ids)
  const absences = await absencesOfCitizen(trx, caller, citizenId, ids)
  const records = {
    ...ofOrders,
    orders: orders.map((row) => orderRecord(row, own)),
    absences,
    absenceReaders: await recordsBelow(trx, 'absenceReaders', absences),
    citizenReferrals: await recordsBelow(trx, 'citizenReferrals', absences),
    reSummonsReminders: await recordsBelow(trx, 'reSummonsReminders', ofOrders.reSummons),
    obligationExtensions: await recordsBelow(trx, 'obligationExtensions', ofOrders.obligations),
    protocolVersions: await protocolVersions(trx, ids),
    documents: await documentsOfOrders(trx, ids, deps.publicUrl),
    notices: (await openedNotices(trx, deps.keyring, own, ids)).map(exported),
    contactRequests: (await openedContactRequests(trx, deps.keyring, own, ids)).map(exported),
    reportRequests: (await openedReportRequests(trx, deps.keyring, ids)).map(exported),
    reportVersions: (await openedReportVersions(trx, deps.keyring, ids)).map(exported),
    reportReturns: (await openedReturns(trx, deps.keyring, ids)).map(exported),
    lookups: await lookupsOfCitizen(trx, citizenId),
  }
  const all: Record<SectionName, readonly ExportedRecord[]> = {
    ...records,
    changeLog: await historyOf(trx, idsOf(records)),
  }
  // In the order of the readable document.
  return Object.fromEntries(sectionNames.map((name) => [name, all[name]])) as typeof all
}

/** The organisations that records name by `…OrganisationId`, `supplierId` and the like, `recipientIds` among them. */
const organisationsIn = (records: CitizenExport['records']): string[] => {
  const found = new Set<string>()
  const names = new Set(['organisationId', 'supplierId', 'jobcenterId', 'benefitsOfficeId', 'recipientIds'])
  for (const section of Object.values(records)) {
    for (const record of section) {
      for (const [name, value] of Object.entries(record)) {
        if (names.has(name)) for (const id of Array.isArray(value) ? value : [value]) found.add(String(id))
      }
    }
  }
  return [...found]
}

/**
 * § 13: collects everything that the register holds on a citizen and the caller may see, as of one snapshot; undefined when
 * the caller has no order of the citizen. Row-level security limits it a second time.
 */
export const collectExport = async (
  trx: Trx,
  deps: Deps,
  caller: Caller,
  given: { readonly citizenId: string; readonly at: Instant },
): Promise<CitizenExport | undefined> => {
  const orders = await ordersOfCitizen(trx, caller, given.citizenId)
  if (orders.length === 0) return undefined
  const own = caller.organisation.id
  const records = await recordsOf(trx, deps, caller, given.citizenId, orders)
  const organisations = await namesOfOrganisations(trx, [...new Set([own, ...organisationsIn(records)])])
  return {
    exportedAt: given.at,
    organisation: { id: own, name: organisations.find(({ id }) => id === own)?.name ?? '' },
    views: [
      ...(orders.some(({ supplierId }) => supplierId === own) ? (['supplier'] as const) : []),
      ...(orders.some(({ jobcenterId }) => jobcenterId === own) ? (['jobcenter'] as const) : []),
    ],
    citizen: {
      id: given.citizenId,
      cpr: await numberOfCitizen(trx, deps.keyring, given.citizenId),
      names: [...new Set(orders.map(({ citizenName }) => citizenName))],
      residenceMunicipalities: [...new Set(orders.map(({ residenceMunicipality }) => residenceMunicipality))],
    },
    organisations,
    records,
  }
}
