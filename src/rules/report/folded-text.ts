/** A text folded for comparing words, and where in the text as it was sent each unit of the folded one comes from. */
export type FoldedText = {
  readonly folded: string
  /** Offsets in UTF-16 code units of the text as sent, of the folded text's units `from` up to and without `to`. */
  readonly placeOf: (from: number, to: number) => { readonly start: number; readonly end: number }
}

const unseen = /^\p{Cf}$/u
const mark = /^\p{M}$/u
const blank = /^\s$/u
const dash = /^[\p{Pd}\u2212\u2043]$/u
const lineEnd = /^[\n\r\u2028\u2029\u0085]$/u

/** One code point in lower case and in its compatible form; lone surrogates stay what they are. */
const plain = (point: string): string => point.normalize('NFKC').toLowerCase().normalize('NFC')

/**
 * The text in lower case, letters composed (or bare where a mark does not compose), soft hyphens and zero-width characters
 * left out, every kind of blank a single blank, an empty line a line end, and every kind of dash a hyphen. One pass, in
 * time in proportion to the text's length.
 */
export const foldText = (text: string): FoldedText => {
  const units: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  let lineEnds = 0
  for (const point of text) {
    const start = at
    at += point.length
    const last = units.length - 1
    if (unseen.test(point)) continue
    if (mark.test(point)) {
      const composed = last < 0 ? '' : `${units[last]}${point}`.normalize('NFC')
      if (composed.length === 1) units[last] = composed
      if (last >= 0) ends[last] = at
      continue
    }
    if (blank.test(point)) {
      const carriageReturn = point === '\n' && text[start - 1] === '\r'
      lineEnds += lineEnd.test(point) && !carriageReturn ? 1 : 0
      if (last >= 0 && (units[last] === ' ' || units[last] === '\n')) {
        if (lineEnds > 1) units[last] = '\n'
        ends[last] = at
        continue
      }
      units.push(' ')
      starts.push(start)
      ends.push(at)
      continue
    }
    lineEnds = 0
    for (const unit of dash.test(point) ? '-' : plain(point)) {
      for (let index = 0; index < unit.length; index += 1) {
        units.push(unit[index] ?? '')
        starts.push(start)
        ends.push(at)
      }
    }
  }
  return {
    folded: units.join(''),
    placeOf: (from, to) => ({ start: starts[from] ?? text.length, end: ends[to - 1] ?? text.length }),
  }
}

/** A text for comparing it with another whatever its case, blanks and unseen characters. */
export const sameWords = (text: string): string => foldText(text).folded.replaceAll(/[ \n]/gu, '')

/**
 * Where words begin in a text, overlapping ones too; in time in proportion to both lengths whatever they say (Knuth, Morris
 * and Pratt), which `indexOf` does not promise. UTF-16 code units. @param words at least one unit
 */
export const placesIn = (text: string, words: string): number[] => {
  const border: number[] = [0]
  const step = (matched: number, unit: string | undefined): number => {
    let held = matched
    while (held > 0 && words[held] !== unit) held = border[held - 1] ?? 0
    return words[held] === unit ? held + 1 : 0
  }
  for (let index = 1; index < words.length; index += 1) border.push(step(border[index - 1] ?? 0, words[index]))
  const places: number[] = []
  let matched = 0
  for (let index = 0; index < text.length; index += 1) {
    matched = step(matched, text[index])
    if (matched < words.length) continue
    places.push(index + 1 - words.length)
    matched = border[matched - 1] ?? 0
  }
  return places
}
