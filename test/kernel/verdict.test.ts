import { describe, expect, test, vi } from 'vitest'
import { allowed, firstRefusal, refused } from '#kernel/verdict.ts'

describe('the first refusal', () => {
  test('is the answer, and nobody is asked after it', () => {
    const never = vi.fn(() => allowed)
    const verdict = firstRefusal(
      () => allowed,
      () => refused('one', { because: 1 }),
      never,
    )
    expect(verdict).toEqual({ allowed: false, slug: 'one', facts: { because: 1 } })
    expect(never).not.toHaveBeenCalled()
  })

  test('of rules that all allow, and of none, is none', () => {
    expect(firstRefusal()).toEqual({ allowed: true })
    expect(
      firstRefusal(
        () => allowed,
        () => allowed,
      ),
    ).toEqual({ allowed: true })
  })

  test('a refusal without facts has none', () => {
    expect(refused('slug')).toEqual({ allowed: false, slug: 'slug', facts: {} })
  })
})
