import type { OrganisationKind } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { present } from '#platform/http/present.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import {
  addressesInUseStay,
  administrationKeepsItsAccess,
  keepsKindsOfLiveOrders,
  organisationIsCoherent,
} from '#rules/reference-data/organisation.ts'
import { recordAdministration } from './administration-change.ts'
import type { ChangeOrganisation, CreateOrganisation } from './organisation.schema.ts'
import { addressesInUse, kindsOfLiveOrders, organisationById } from './organisations.queries.ts'

type OrganisationRow = NonNullable<Awaited<ReturnType<typeof organisationById>>>

const document = ({ version: _version, contactPersons, ...organisation }: OrganisationRow) => ({
  ...present(organisation),
  contactPersons: contactPersons.map(present),
})

/** An organisation as it is shown, with its version. */
export const organisationAnswer = (row: OrganisationRow): { body: unknown; headers: { etag: string } } => ({
  body: document(row),
  headers: { etag: etagOf(row.version) },
})

/** § 17, § 18: what the other party of an order sees of an organisation: how to reach it. */
export const partyAnswer = (row: OrganisationRow): { body: unknown; headers: { etag: string } } => {
  const { id, name, kinds, secureEmail, contactPersons, deliveryAddresses } = row
  return {
    body: {
      ...present({ id, name, kinds, secureEmail, deliveryAddresses }),
      contactPersons: contactPersons.map(present),
    },
    headers: { etag: etagOf(row.version) },
  }
}

/** Each member that a change left different: what it said before and says now; null without. */
const differences = (before: OrganisationRow, after: OrganisationRow): Record<string, unknown> => {
  const [from, to] = [document(before), document(after)] as [Record<string, unknown>, Record<string, unknown>]
  const members = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return Object.fromEntries(
    members
      .filter((member) => JSON.stringify(from[member]) !== JSON.stringify(to[member]))
      .map((member) => [member, { from: from[member] ?? null, to: to[member] ?? null }]),
  )
}

const answer = async (trx: Trx, id: string, status: number): Promise<Answer> => {
  const row = await organisationById(trx, id)
  if (!row) throw new HttpProblem('not-found')
  const { body, headers } = organisationAnswer(row)
  return { status, body, headers: { ...headers, ...(status === 201 ? { location: `/v1/organisations/${id}` } : {}) } }
}

type Listed = { readonly id?: string }

/** Splits a list that replaces another: which to change, which to add and which to remove, by id. */
const replacing = <Item extends Listed>(member: string, there: readonly string[], items: readonly Item[]) => {
  const named = items.map((item) => item.id?.toLowerCase())
  for (const [index, id] of named.entries()) {
    if (id !== undefined && (!there.includes(id) || named.indexOf(id) !== index)) {
      const detail = {
        da: 'Ingen af organisationens, eller nævnt to gange.',
        en: 'None of the organisation’s, or named twice.',
      }
      throw invalid(`/${member}/${index}/id`, 'unknown-id', detail)
    }
  }
  const rows = items.map((item, index) => ({ item, id: named[index] ?? newId(), isNew: named[index] === undefined }))
  return { rows, removed: there.filter((id) => !named.includes(id)) }
}

const replaceContactPersons = async (
  trx: Trx,
  organisationId: string,
  items: NonNullable<CreateOrganisation['contactPersons']>,
): Promise<void> => {
  const there = await trx
    .selectFrom('contactPersons')
    .select('id')
    .where('organisationId', '=', organisationId)
    .execute()
  const ids = there.map((row) => row.id)
  const { rows, removed } = replacing('contactPersons', ids, items)
  if (removed.length > 0) await trx.deleteFrom('contactPersons').where('id', 'in', removed).execute()
  for (const { item, id, isNew } of rows) {
    const values = { name: item.name, email: item.email, phone: item.phone ?? null }
    await (isNew
      ? trx
          .insertInto('contactPersons')
          .values({ id, organisationId, ...values })
          .execute()
      : trx.updateTable('contactPersons').set(values).where('id', '=', id).execute())
  }
}

/** What names an address is not the administration's to see; while its row is locked, nothing new can name it. */
const replaceDeliveryAddresses = async (
  trx: Trx,
  organisationId: string,
  items: NonNullable<CreateOrganisation['deliveryAddresses']>,
): Promise<void> => {
  const there = await trx
    .selectFrom('deliveryAddresses')
    .select(['id', 'address'])
    .where('organisationId', '=', organisationId)
    .orderBy('id')
    .forUpdate()
    .execute()
  const addresses = new Map(there.map((row) => [row.id, row.address]))
  const { rows, removed } = replacing('deliveryAddresses', [...addresses.keys()], items)
  const reworded = rows.filter(({ item, id, isNew }) => !isNew && item.address !== addresses.get(id))
  demand(addressesInUseStay(await addressesInUse(trx, [...removed, ...reworded.map(({ id }) => id)])))
  if (removed.length > 0) await trx.deleteFrom('deliveryAddresses').where('id', 'in', removed).execute()
  for (const { item, id, isNew } of rows) {
    await (isNew
      ? trx.insertInto('deliveryAddresses').values({ id, organisationId, address: item.address }).execute()
      : trx.updateTable('deliveryAddresses').set({ address: item.address }).where('id', '=', id).execute())
  }
}

const replaceLists = async (trx: Trx, id: string, body: ChangeOrganisation): Promise<void> => {
  if (body.contactPersons) await replaceContactPersons(trx, id, body.contactPersons)
  if (body.deliveryAddresses) await replaceDeliveryAddresses(trx, id, body.deliveryAddresses)
}

/** Registers an organisation. */
export const createOrganisation = (deps: Deps, request: PortalRequest<CreateOrganisation>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { body } = request
    const traits = {
      kinds: body.kinds,
      supplierKind: body.supplierKind ?? null,
      copiesForMunicipality: body.copiesForMunicipality ?? null,
      auditedMunicipalities: body.auditedMunicipalities ?? null,
    }
    demand(organisationIsCoherent(traits))
    const id = newId()
    await trx
      .insertInto('organisations')
      .values({
        id,
        name: body.name,
        ...traits,
        secureEmail: body.secureEmail ?? null,
        subcontractors: JSON.stringify(body.subcontractors ?? []),
      })
      .execute()
    await replaceLists(trx, id, body)
    await recordAdministration(trx, request, {
      action: 'created',
      entity: 'organisation',
      entityId: id,
      changes: { kinds: body.kinds },
    })
    return answer(trx, id, 201)
  })

/** Changes an organisation: what is absent stays, null removes, lists are replaced as a whole. */
export const changeOrganisation = (
  deps: Deps,
  request: PortalRequest<ChangeOrganisation, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const found = await trx
      .selectFrom('organisations')
      .selectAll()
      .where('id', '=', request.params.id)
      .forUpdate()
      .executeTakeFirst()
    if (!found) throw new HttpProblem('not-found')
    demandIfMatch(request.header('if-match'), etagOf(found.version))
    const {
      registeredBy: _by,
      contactPersons: _persons,
      deliveryAddresses: _addresses,
      subcontractors,
      ...given
    } = request.body
    const traits = {
      kinds: given.kinds ?? (found.kinds as OrganisationKind[]),
      supplierKind: given.supplierKind === undefined ? found.supplierKind : given.supplierKind,
      copiesForMunicipality:
        given.copiesForMunicipality === undefined ? found.copiesForMunicipality : given.copiesForMunicipality,
      auditedMunicipalities:
        given.auditedMunicipalities === undefined ? found.auditedMunicipalities : given.auditedMunicipalities,
    }
    demand(organisationIsCoherent(traits))
    const own = found.id === request.caller.organisation.id
    demand(administrationKeepsItsAccess(!own || traits.kinds.includes('administrator')))
    // The row is locked: no order can name it meanwhile.
    if (given.kinds) demand(keepsKindsOfLiveOrders(traits.kinds, await kindsOfLiveOrders(trx, found.id)))
    const before = await organisationById(trx, found.id)
    await trx
      .updateTable('organisations')
      .set((eb) => ({
        ...given,
        ...(subcontractors ? { subcontractors: JSON.stringify(subcontractors) } : {}),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', found.id)
      .execute()
    await replaceLists(trx, found.id, request.body)
    const after = await organisationById(trx, found.id)
    await recordAdministration(trx, request, {
      action: 'changed',
      entity: 'organisation',
      entityId: found.id,
      changes: before && after ? differences(before, after) : {},
    })
    return answer(trx, found.id, 200)
  })
