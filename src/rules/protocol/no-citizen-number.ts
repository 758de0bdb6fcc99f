import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { isCprNumber } from '#rules/order/citizen-number.ts'

/** Ten digits as CPR numbers are written: in one, or with a hyphen or a space after the date. */
const tenDigits = /(?<!\d)(\d{6})[-\u2010-\u2013\u00a0 ]?(\d{4})(?!\d)/gu

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
    .filter(({ text }) => [...text.matchAll(tenDigits)].some(([, date, rest]) => isCprNumber(`${date}${rest}`)))
    .map(({ pointer }) => ({ pointer, code: 'citizen-number-in-text', detail }))
  return faults.length === 0 ? allowed : refused('citizen-number-in-text', { faults })
}
