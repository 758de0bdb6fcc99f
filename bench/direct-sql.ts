import { createHash, randomUUID } from 'node:crypto'
import {
  type LoadedClaim,
  loadClaims,
  lockOrders,
  noteAbsences,
  writeAbsences,
} from '#features/absences/absence.queries.ts'
import { absenceDocument } from '#features/absences/absence-document.ts'
import { acceptAbsence } from '#features/absences/accept-absence.ts'
import { type Consequences, consequencesOf, followRegistrations } from '#features/absences/consequences.ts'
import { type ReferenceData, referenceData } from '#features/absences/reference-data.ts'
import { noteParameters, writeParameters } from '#features/absences/write-parameters.ts'
import type { Instant } from '#kernel/instant.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database } from '#platform/db/pool.ts'
import { inPipelinedTransaction } from '#platform/db/transaction.ts'
import { takeKey } from '#platform/http/idempotency.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import type { Numbering } from './numbering.ts'
import { quantile, rounded } from './quantiles.ts'
import type { SingleResult } from './single-absences.ts'
import type { AbsenceBody } from './world.ts'

const { id: supplierId, clientId, name } = demo.organisations.supplierNord

/** All values of one absence's statements, made beforehand. */
type Prepared = {
  readonly key: unknown[]
  readonly orders: unknown[]
  readonly claims: unknown[]
  readonly write: unknown[]
  readonly note: unknown[]
  readonly request: PortalRequest
  readonly consequences: Consequences
}

const requestOf = (body: AbsenceBody): PortalRequest => ({
  caller: {
    clientId,
    organisation: { id: supplierId, name, kinds: ['supplier'] },
    scopes: ['portal.read', 'portal.write'],
  },
  body,
  params: {},
  query: {},
  id: newId(),
  arrivedAt: systemClock.now() as Instant,
  method: 'POST',
  url: '/v1/absences',
  header: () => undefined,
  preferred: () => undefined,
  whenGone: () => () => undefined,
  keyedHash: (text) => createHash('sha256').update(text).digest(),
})

const claimValues = (bodies: readonly AbsenceBody[]): unknown[] => [
  supplierId,
  bodies.map((_, index) => index),
  bodies.map((body) => body.orderId),
  bodies.map((body) => body.activityId),
  bodies.map((body) => body.date),
  bodies.map(() => null),
]

const prepare = (body: AbsenceBody, loaded: LoadedClaim, reference: ReferenceData): Prepared => {
  const request = requestOf(body)
  const decision = acceptAbsence({
    command: body,
    loaded,
    live: undefined,
    replacedWithdrawn: false,
    reference,
    arrivedAt: request.arrivedAt,
    documents: new Map(),
  })
  if (!('accepted' in decision))
    throw new Error(`the rules refuse what the benchmark registers: ${JSON.stringify(decision.verdict)}`)
  const key = randomUUID()
  const lock = createHash('sha256').update(key).digest().readBigInt64BE(0).toString()
  const fingerprint = createHash('sha256').update(JSON.stringify(body)).digest()
  const answer = {
    status: 201,
    headers: { location: `/v1/absences/${decision.accepted.row.id}`, etag: '"1"' },
    body: absenceDocument(decision.accepted.row),
  }
  return {
    key: [clientId, key, lock],
    orders: [supplierId, [body.orderId]],
    claims: claimValues([body]),
    write: writeParameters(request, [decision.accepted], { digest: key, fingerprint, lock }, answer),
    note: noteParameters(request, [decision.accepted]),
    request,
    consequences: consequencesOf([decision.accepted]),
  }
}

/** Makes the values of `count` absences; loads a thousand claims at a time. */
export const prepareAll = async (database: Database, numbering: Numbering, count: number): Promise<Prepared[]> => {
  const reference = await referenceData(database, () => performance.now())()
  const prepared: Prepared[] = []
  while (prepared.length < count) {
    const bodies = numbering.take(Math.min(1000, count - prepared.length))
    const loaded = await inPipelinedTransaction(database, supplierId, async (trx) => ({
      commit: false,
      result: await trx.run<LoadedClaim>(loadClaims, claimValues(bodies)),
    }))
    prepared.push(...bodies.map((body, index) => prepare(body, loaded[index] as LoadedClaim, reference)))
  }
  return prepared
}

const registerDirectly = (database: Database, prepared: Prepared): Promise<number> =>
  inPipelinedTransaction(database, supplierId, async (trx) => {
    const { key, orders, claims, write, note, request, consequences } = prepared
    await Promise.all([trx.run(takeKey, key), trx.run(lockOrders, orders), trx.run(loadClaims, claims)])
    const [written] = await Promise.all([
      trx.run(writeAbsences, write),
      trx.run(noteAbsences, note),
      followRegistrations(trx, request, consequences),
    ])
    return { commit: true, result: written.length }
  })

/** Makes the values of absences that are to be registered directly, so that a run itself only waits for the database. */
export const prepareDirect = async (
  database: Database,
  numbering: Numbering,
  count: number,
): Promise<(concurrency: number, seconds: number) => Promise<SingleResult>> => {
  const prepared = await prepareAll(database, numbering, count)
  return async (concurrency, seconds) => {
    const times: number[] = []
    const started = performance.now()
    const worker = async (): Promise<void> => {
      while (performance.now() - started < seconds * 1000) {
        const next = prepared.pop()
        if (!next) return
        const sent = performance.now()
        if ((await registerDirectly(database, next)) !== 1) throw new Error('an absence was not written')
        times.push(performance.now() - sent)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    const elapsed = (performance.now() - started) / 1000
    return {
      absences: times.length,
      perSecond: rounded(times.length / elapsed),
      p50: rounded(quantile(times, 0.5), 2),
      p99: rounded(quantile(times, 0.99), 2),
    }
  }
}
