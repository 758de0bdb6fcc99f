import { describe, expect, test } from 'vitest'
import { documentationMissing } from '#rules/protocol/documentation-missing.ts'

const where = { place: 'Jobmesse', content: 'Samtaler' }
const documented = { ...where, documentId: 'd' }

describe('§ 5: who is out of the house has it documented', () => {
  test.each([
    ['on-site', undefined, null, false],
    ['off-site', undefined, null, true],
    ['off-site', where, null, true],
    ['off-site', documented, null, false],
    // The agreement of an activity is no evidence of a single day out of the house.
    ['off-site', where, 'agreement', true],
    ['coordination', where, null, true],
    ['coordination', documented, null, false],
    ['work-placement', undefined, null, true],
    ['work-placement', undefined, 'agreement', false],
    ['work-placement', documented, null, false],
    ['wage-subsidy', where, null, true],
    ['wage-subsidy', undefined, 'agreement', false],
    ['other-legislation', undefined, null, true],
  ] as const)('%s with %o and the agreement %s: %s', (kind, offSite, agreementDocumentId, missing) => {
    const entry = { activityId: 'a', attendedMinutes: 60, absent: [], offSite }
    expect(documentationMissing(entry, { kind, agreementDocumentId })).toBe(missing)
    // Nothing attended, nothing to document.
    expect(documentationMissing({ ...entry, attendedMinutes: 0 }, { kind, agreementDocumentId })).toBe(false)
  })
})
