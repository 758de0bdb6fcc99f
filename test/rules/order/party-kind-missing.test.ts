import { expect, test } from 'vitest'
import { partiesAreWhatTheyWere } from '#rules/order/party-kind-missing.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const [supplier, jobcenter] = [{ kinds: ['supplier'] }, { kinds: ['jobcenter', 'benefits-office'] }]

test('party-kind-missing: a supplier and a jobcenter, whatever else they are', () => {
  expect(answerOf(partiesAreWhatTheyWere(supplier, jobcenter))).toBe('allowed')
  expect(answerOf(partiesAreWhatTheyWere({ kinds: ['auditor', 'supplier'] }, jobcenter))).toBe('allowed')
  expect(refusalOf(partiesAreWhatTheyWere({ kinds: ['auditor'] }, jobcenter)).facts).toEqual({ lacking: ['supplier'] })
  expect(refusalOf(partiesAreWhatTheyWere(jobcenter, supplier))).toEqual({
    slug: 'party-kind-missing',
    facts: { lacking: ['supplier', 'jobcenter'] },
  })
})
