import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TextChange, wordDiff } from '#features/reports/word-diff.ts'

const told = (changes: readonly TextChange[], ...ops: TextChange['op'][]): string =>
  changes
    .filter(({ op }) => ops.includes(op))
    .map(({ text }) => text)
    .join('')

const fits = (from: string, to: string): void => {
  const changes = wordDiff(from, to)
  expect(told(changes, 'same', 'removed')).toBe(from)
  expect(told(changes, 'same', 'added')).toBe(to)
  for (const [i, { op, text }] of changes.entries()) {
    expect(text).not.toBe('')
    expect(op).not.toBe(changes[i + 1]?.op)
  }
}

describe('what became of a text, word by word', () => {
  test('a word that was put for another, a word more, a word less', () => {
    expect(wordDiff('Karla møder til tiden.', 'Karla møder oftest til tiden, siger hun.')).toEqual([
      { op: 'same', text: 'Karla møder ' },
      { op: 'added', text: 'oftest ' },
      { op: 'same', text: 'til tiden' },
      { op: 'added', text: ', siger hun' },
      { op: 'same', text: '.' },
    ])
    expect(wordDiff('tre timer', 'fire timer')).toEqual([
      { op: 'removed', text: 'tre' },
      { op: 'added', text: 'fire' },
      { op: 'same', text: ' timer' },
    ])
  })

  test('the same text, none, and one that came or went', () => {
    expect(wordDiff('uændret', 'uændret')).toEqual([{ op: 'same', text: 'uændret' }])
    expect(wordDiff('', '')).toEqual([])
    expect(wordDiff('', 'ny')).toEqual([{ op: 'added', text: 'ny' }])
    expect(wordDiff('gammel', '')).toEqual([{ op: 'removed', text: 'gammel' }])
  })

  test('no more than what differs: of any two short texts the fewest words', () => {
    const words = fc.array(fc.constantFrom('en', 'to', 'tre'), { maxLength: 12 })
    const longestCommon = (a: readonly string[], b: readonly string[]): number => {
      const rows = [new Array<number>(b.length + 1).fill(0)]
      for (const [i, word] of a.entries()) {
        const row = [0]
        for (const [j, other] of b.entries()) {
          row.push(word === other ? (rows[i]?.[j] ?? 0) + 1 : Math.max(rows[i]?.[j + 1] ?? 0, row[j] ?? 0))
        }
        rows.push(row)
      }
      return rows.at(-1)?.at(-1) ?? 0
    }
    fc.assert(
      fc.property(words, words, (a, b) => {
        // A mark after each word, so that each is a token of its own and nothing else is.
        const changes = wordDiff(a.map((word) => `${word}.`).join(''), b.map((word) => `${word}.`).join(''))
        const tokens = (list: readonly string[]) => list.flatMap((word) => [word, '.'])
        expect(told(changes, 'same').match(/\p{L}+|\./gu)?.length ?? 0).toBe(longestCommon(tokens(a), tokens(b)))
      }),
    )
  })

  test('whatever the texts are, nothing of them is lost', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    fc.assert(fc.property(text, text, fits))
    const pieces = fc.array(fc.constantFrom('æ', ' ', '\n', 'e\u0301', '👩‍👩‍👧', '.', '\u202e', 'ord'), {
      maxLength: 40,
    })
    fc.assert(fc.property(pieces, pieces, (a, b) => fits(a.join(''), b.join(''))))
  })

  test('long texts that differ in a few words are told word by word', () => {
    const words = Array.from({ length: 40_000 }, (_, i) => `ord${i}`)
    const from = words.join(' ')
    const to = words.with(10, 'andet').with(30_000, 'tredje').join(' ')
    fits(from, to)
    expect(wordDiff(from, to).filter(({ op }) => op !== 'same')).toHaveLength(4)
  })

  test('texts with nothing in common are told line by line or as a whole', () => {
    const lines = (word: string) => Array.from({ length: 300 }, (_, i) => `${word}${i} ${word}${i} ${word}${i}\n`)
    const [a, b] = [lines('a'), lines('b')]
    const from = [...a, 'fælles\n', ...a].join('')
    fits(from, ['fælles\n', ...b].join(''))
    expect(
      wordDiff([...a.slice(0, 200), 'fælles\n'].join(''), ['fælles\n', ...b.slice(0, 200)].join('')),
    ).toContainEqual({
      op: 'same',
      text: 'fælles\n',
    })
    fits('a '.repeat(20_000), 'b '.repeat(20_000))
  })
})
