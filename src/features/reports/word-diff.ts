/** A stretch of text and what became of it between two versions. */
export type TextChange = { readonly op: 'same' | 'removed' | 'added'; readonly text: string }

/** Words with their digits, white space, and each other character by itself. */
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{M}\p{N}]+|\s+|[^\p{L}\p{M}\p{N}\s]/gu) ?? []
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/**
 * Ours: differences that are told word by word in one text, and steps that may be taken to find them. A text of the largest
 * body, 900 kB, takes up to 400 ms on two shared cores, most of it to tell its words apart; one of 200 kB a fifth of it.
 */
const bounds = { edits: 500, steps: 1_000_000 }

/** The tokens as numbers, equal where the tokens are. */
const numbered = (from: readonly string[], to: readonly string[]): readonly [number[], number[]] => {
  const numbers = new Map<string, number>()
  const numberOf = (token: string): number => {
    const known = numbers.get(token) ?? numbers.size
    numbers.set(token, known)
    return known
  }
  return [from.map(numberOf), to.map(numberOf)]
}

/**
 * How far each diagonal reaches with each number of edits (E. W. Myers, An O(ND) Difference Algorithm, 1986); undefined
 * when the texts differ by more than the bounds allow.
 */
const reaches = (from: readonly number[], to: readonly number[]): Int32Array[] | undefined => {
  const trace: Int32Array[] = []
  let steps = 0
  let before = new Int32Array([0, 0, 0])
  for (let edits = 0; edits <= bounds.edits; edits++) {
    // Diagonal k stands at k + edits + 1; one more on either side spares the questions at the rim.
    const now = new Int32Array(2 * edits + 3)
    for (let k = -edits; k <= edits; k += 2) {
      const left = before[k - 1 + edits] ?? 0
      const right = before[k + 1 + edits] ?? 0
      const down = k === -edits || (k !== edits && left < right)
      let x = edits === 0 ? 0 : down ? right : left + 1
      while (x < from.length && x - k < to.length && from[x] === to[x - k]) {
        x++
        steps++
      }
      if (steps > bounds.steps) return undefined
      now[k + edits + 1] = x
      if (x >= from.length && x - k >= to.length) return [...trace, now]
    }
    steps += edits
    trace.push(now)
    before = now
  }
  return undefined
}

/** Walks the traces back: for each token of both texts, the last one first, what became of it. */
const pathOf = (trace: readonly Int32Array[], fromLength: number, toLength: number): TextChange['op'][] => {
  const path: TextChange['op'][] = []
  let [x, y] = [fromLength, toLength]
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const before = trace[edits - 1] as Int32Array
    const k = x - y
    const left = before[k - 1 + edits] ?? 0
    const right = before[k + 1 + edits] ?? 0
    const down = k === -edits || (k !== edits && left < right)
    const beforeX = down ? right : left
    const beforeY = beforeX - (down ? k + 1 : k - 1)
    const startX = down ? beforeX : beforeX + 1
    for (; x > startX; x--, y--) path.push('same')
    path.push(down ? 'added' : 'removed')
    ;[x, y] = [beforeX, beforeY]
  }
  for (; x > 0; x--) path.push('same')
  return path.reverse()
}

const joined = (changes: readonly TextChange[]): TextChange[] => {
  const result: { op: TextChange['op']; text: string }[] = []
  for (const { op, text } of changes) {
    if (text === '') continue
    const last = result.at(-1)
    if (last?.op === op) last.text += text
    else result.push({ op, text })
  }
  return result
}

const differences = (from: readonly string[], to: readonly string[]): TextChange[] | undefined => {
  const [a, b] = numbered(from, to)
  const trace = reaches(a, b)
  if (!trace) return undefined
  let [x, y] = [0, 0]
  return pathOf(trace, a.length, b.length).map((op): TextChange => {
    if (op === 'added') return { op, text: to[y++] ?? '' }
    if (op === 'same') y++
    return { op, text: from[x++] ?? '' }
  })
}

const sharedStart = (a: readonly string[], b: readonly string[]): number => {
  let count = 0
  while (count < a.length && count < b.length && a[count] === b[count]) count++
  return count
}

const sharedEnd = (a: readonly string[], b: readonly string[], from: number): number => {
  let count = 0
  while (count < a.length - from && count < b.length - from && a.at(-1 - count) === b.at(-1 - count)) count++
  return count
}

const differencesBetween = (from: readonly string[], to: readonly string[]): TextChange[] | undefined => {
  const start = sharedStart(from, to)
  const end = sharedEnd(from, to, start)
  const middle = differences(from.slice(start, from.length - end), to.slice(start, to.length - end))
  return (
    middle && [
      { op: 'same', text: from.slice(0, start).join('') },
      ...middle,
      { op: 'same', text: from.slice(from.length - end).join('') },
    ]
  )
}

/**
 * What became of a text, word by word; `same` and `removed` together are `from`, `same` and `added` together are `to`,
 * character by character. Ours: texts that differ in more words than is worth telling are compared line by line, and as a
 * whole where that is too much as well.
 */
export const wordDiff = (from: string, to: string): TextChange[] =>
  joined(
    differencesBetween(wordsOf(from), wordsOf(to)) ??
      differencesBetween(linesOf(from), linesOf(to)) ?? [
        { op: 'removed', text: from },
        { op: 'added', text: to },
      ],
  )
