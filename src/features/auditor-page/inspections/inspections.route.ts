import type { FastifyInstance } from 'fastify'
import {
  inspectionToPrint,
  mayDo,
  shownInspection,
  shownInspections,
  shownTotal,
} from '#features/inspections/lookups.ts'
import { purposeOf } from '#platform/audit/lookups.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import { choicesFor } from '../choices.queries.ts'
import { definePage, type PageGround, type Visit } from '../visit.ts'
import { inWords } from '../words/in-words.ts'
import { inspectionWordsIn } from '../words/words-of-inspections.ts'
import { inspectionPage, listPage, pageSize, targetOf } from './inspections-pages.ts'

const idOf = (visit: Visit): string => {
  const id = visit.params['id'] ?? ''
  if (!isUuid(id)) throw new HttpProblem('not-found')
  return id
}

/** Inspections as the auditor sees them: a list, one, and the one to print. */
export const inspections = (app: FastifyInstance, ground: PageGround): void => {
  const { database } = ground.deps
  const wordsFor = ({ language }: Visit) => ({
    ...{ say: inspectionWordsIn(language), words: inWords(language), language },
  })
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections' }, async (visit) => {
    const { after } = visit.query
    if (after !== undefined && !isUuid(after)) throw new HttpProblem('invalid-cursor')
    const isOfDiscarded = visit.query['status'] === 'discarded'
    const status = isOfDiscarded ? 'discarded' : undefined
    const anything = { supplierId: undefined, residenceMunicipality: undefined, status }
    const { rows, total, choices } = await read(database, visit.asRequest({}), async (trx) => ({
      rows: await shownInspections(trx, { ...anything, after, limit: pageSize }),
      total: await shownTotal(trx, anything),
      choices: await choicesFor(trx, visit.language),
    }))
    const words = wordsFor(visit)
    const title = isOfDiscarded ? words.say.discardedHeading : visit.say.inspections
    return { title, content: listPage({ ...words, choices }, { title, rows, total, isOfDiscarded }) }
  })
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections/:id' }, async (visit) => {
    const id = idOf(visit)
    const request = visit.asRequest({})
    const { shown, choices, may } = await read(database, request, async (trx) => ({
      shown: await shownInspection(trx, request, id),
      may: await mayDo(trx, visit.caller, id),
      choices: await choicesFor(trx, visit.language),
    }))
    const given = { ...wordsFor(visit), choices }
    return { title: `${given.say.inspection}: ${targetOf(given, shown)}`, content: inspectionPage(given, shown, may) }
  })
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections/:id/print' }, async (visit) => {
    const id = idOf(visit)
    const request = visit.asRequest({})
    const purpose = purposeOf(request)
    const { page, policy } = await read(database, request, (trx) =>
      inspectionToPrint(trx, ground.deps, request, { id, purpose, language: visit.language }),
    )
    return { document: page, policy }
  })
}
