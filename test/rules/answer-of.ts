import type { Verdict } from '#kernel/verdict.ts'

/** What a rule answered, in one word: `allowed`, or the slug of its refusal. */
export const answerOf = (verdict: Verdict): string => (verdict.allowed ? 'allowed' : verdict.slug)

/** A refusal with its facts; fails the test when the rule allowed. */
export const refusalOf = (verdict: Verdict): { slug: string; facts: Readonly<Record<string, unknown>> } => {
  if (verdict.allowed) throw new Error('was allowed')
  return { slug: verdict.slug, facts: verdict.facts }
}
