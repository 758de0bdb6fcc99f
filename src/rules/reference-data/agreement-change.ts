import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** 003: a ceiling holds what is approved already. Øre; null: no ceiling. */
export const budgetCoversCommitment = (
  budgetOere: number | null,
  committedOere: number,
): Verdict<'budget-below-commitment'> =>
  budgetOere === null || budgetOere >= committedOere ? allowed : refused('budget-below-commitment', { committedOere })
