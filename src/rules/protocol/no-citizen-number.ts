import { holdsCprNumber } from '#kernel/citizen-number.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/**
 * Ours: what is frozen has no way out, so its free text holds no CPR number: ten digits with a real date. Who is meant
 * stands in the protocol already.
 * @param texts each with the pointer at which it stands in the request; none of them is repeated
 */
export const noCitizenNumber = (
  texts: readonly { readonly pointer: string; readonly text: string }[],
): Verdict<'citizen-number-in-text'> => {
  const detail = { da: 'Teksten nævner et CPR-nummer.', en: 'The text holds a CPR number.' }
  const faults = texts
    .filter(({ text }) => holdsCprNumber(text))
    .map(({ pointer }) => ({ pointer, code: 'citizen-number-in-text', detail }))
  return faults.length === 0 ? allowed : refused('citizen-number-in-text', { faults })
}
