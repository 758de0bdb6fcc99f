import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  confirmationsToKeep,
  contentStaysWithTheCourse,
  outsidePassages,
} from '#rules/report/content-outside-the-course.ts'
import { placesIn, sameWords } from '#rules/report/folded-text.ts'
import { outsideTopics } from '#rules/report/outside-words.ts'
import { answerOf } from '#test/rules/answer-of.ts'
import type { LabelledSentence } from './labelled-sentence.ts'
import { outsideSentences } from './outside-sentences.ts'
import { heldOutSentences } from './outside-sentences-held-out.ts'

const topicsIn = (text: string): string[] => [
  ...new Set(outsidePassages([{ section: 'development', text }]).map((passage) => passage.topic)),
]

/** Counts pairs of sentence and topic: expected and found, expected and missed, found and not expected. */
const measure = (sentences: readonly LabelledSentence[]) => {
  const judged = sentences.map(({ text, topics }) => {
    const found = topicsIn(text)
    return {
      text,
      hits: topics.filter((topic) => found.includes(topic)).length,
      missed: topics.filter((topic) => !found.includes(topic)),
      wrong: found.filter((topic) => !topics.some((expected) => expected === topic)),
    }
  })
  const sum = (count: (one: (typeof judged)[number]) => number): number =>
    judged.reduce((total, one) => total + count(one), 0)
  const hits = sum((one) => one.hits)
  return {
    recall: hits / (hits + sum((one) => one.missed.length)),
    precision: hits / (hits + sum((one) => one.wrong.length)),
    misjudged: judged.filter((one) => one.missed.length + one.wrong.length > 0),
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

describe('§ 3: content-outside-the-course, measured on labelled sentences', () => {
  test('the lists are long enough to say something, hold all topics and none, and no sentence stands twice', () => {
    expect(outsideSentences.length).toBeGreaterThanOrEqual(130)
    expect(heldOutSentences.length).toBeGreaterThanOrEqual(130)
    for (const list of [outsideSentences, heldOutSentences]) {
      const withTopic = list.filter((sentence) => sentence.topics.length > 0).length
      expect(withTopic / list.length).toBeGreaterThan(0.4)
      expect(withTopic / list.length).toBeLessThan(0.7)
      expect(new Set(list.flatMap((sentence) => sentence.topics))).toEqual(new Set(outsideTopics))
    }
    const all = [...outsideSentences, ...heldOutSentences].map((sentence) => sentence.text)
    expect(all.filter((text, index) => all.indexOf(text) !== index)).toEqual([])
  })

  test.each([
    { name: 'sentences the words were written against', sentences: outsideSentences, recall: 0.98, precision: 0.95 },
    { name: 'sentences they were not written against', sentences: heldOutSentences, recall: 0.95, precision: 0.9 },
  ])('$name: recall at least $recall, precision at least $precision', ({ name, sentences, ...floor }) => {
    const { recall, precision, misjudged } = measure(sentences)
    process.stdout.write(
      `${name}: ${sentences.length}, recall ${percent(recall)}, precision ${percent(precision)}, misjudged ${misjudged.length}\n`,
    )
    expect(recall, JSON.stringify(misjudged, null, 1)).toBeGreaterThanOrEqual(floor.recall)
    expect(precision, JSON.stringify(misjudged, null, 1)).toBeGreaterThanOrEqual(floor.precision)
  })
})

describe('§ 3: content-outside-the-course, where it stands', () => {
  test('each passage comes with its section and its offsets in the text as sent, in the order of the text', () => {
    const text = '🙂 Målet er nået. Borger har søgt før\u00adtids-\n pension og klager  over jobcentret.'
    const passages = outsidePassages([
      { section: 'focus-areas', text: 'Fremmøde og struktur.' },
      { section: 'development', text },
    ])
    expect(passages).toEqual([
      {
        section: 'development',
        start: text.indexOf('før'),
        end: text.indexOf(' og klager'),
        passage: 'før\u00adtids-\n pension',
        topic: 'early-retirement-pension',
      },
      {
        section: 'development',
        start: text.indexOf('klager'),
        end: text.indexOf(' jobcentret'),
        passage: 'klager  over',
        topic: 'complaint',
      },
    ])
  })

  test('letters that were composed of two code points count as they were sent', () => {
    const text = 'Afgørelsen pa\u030aklages nu'
    const [first] = outsidePassages([{ section: 's', text }])
    expect(first?.passage).toBe('pa\u030aklages')
    expect([first?.start, first?.end]).toEqual([11, 20])
  })

  test('the same word twice is two passages', () => {
    expect(outsidePassages([{ section: 's', text: 'Revalidering. Revalidering.' }]).map(({ start }) => start)).toEqual([
      0, 14,
    ])
  })

  test('a new sentence or paragraph is another matter', () => {
    expect(topicsIn('Praktikken er bevilget. Fleksjob er målet.')).toEqual([])
    expect(topicsIn('Praktikken er bevilget\n\nFleksjob er målet')).toEqual([])
    expect(topicsIn('Der er bevilget mhp. fremtiden et fleksjob.')).toEqual(['flex-job-benefit'])
    expect(topicsIn('Der er bevilget\nfleksjob')).toEqual(['flex-job-benefit'])
  })
})

const texts = [
  { section: 'development', text: 'Han har søgt førtidspension. Førtidspension er hans ønske.' },
  { section: 'goal', text: 'Hun har klaget til jobcentret.' },
]
const passages = outsidePassages(texts)
const pension = { section: 'development', passage: 'førtidspension', reason: 'Ændrer målet for forløbet' }
const complaint = { section: 'goal', passage: 'klaget', reason: 'Forklarer en uges pause' }
const factsOf = (...confirmations: readonly (typeof pension)[]) => {
  const verdict = contentStaysWithTheCourse(passages, confirmations, texts)
  return verdict.allowed ? undefined : (verdict.facts as { passages: unknown[]; faults: { pointer: string }[] })
}
const pointers = (...confirmations: readonly (typeof pension)[]): string[] | undefined =>
  factsOf(...confirmations)?.faults.map((fault) => fault.pointer)

describe('§ 3: content-outside-the-course, the rule', () => {
  test('a report of the course alone passes', () => {
    expect(answerOf(contentStaysWithTheCourse([], [], []))).toBe('allowed')
  })

  test('a passage refuses, with all that is not confirmed and where it belongs instead', () => {
    expect(contentStaysWithTheCourse(passages, [], texts)).toEqual({
      allowed: false,
      slug: 'content-outside-the-course',
      facts: {
        passages,
        passagesNotShown: 0,
        separateEnquiry: 'ordering-jobcenter',
        complaints: 'complaints-mailbox',
        faults: [],
      },
    })
    expect(factsOf(complaint)).toMatchObject({ separateEnquiry: 'ordering-jobcenter', complaints: null })
    expect(factsOf(pension)).toMatchObject({ separateEnquiry: null, complaints: 'complaints-mailbox' })
  })

  test('every passage confirmed passes, one confirmation for the same words of a section', () => {
    expect(passages.length).toBe(3)
    expect(answerOf(contentStaysWithTheCourse(passages, [pension, complaint], texts))).toBe('allowed')
  })

  test('a confirmation fits whatever the case, the blanks and the unseen characters', () => {
    for (const passage of [
      'FØRTIDSPENSION',
      ' Førtids pension\n',
      'før\u00adtidspension',
      'førtidspension'.normalize('NFD'),
    ]) {
      expect(answerOf(contentStaysWithTheCourse(passages, [{ ...pension, passage }, complaint], texts)), passage).toBe(
        'allowed',
      )
    }
  })

  test('a confirmation of another section or of other words is a fault and confirms nothing', () => {
    expect(pointers(complaint, { ...pension, section: 'goal' })).toEqual(['/confirmations/1'])
    expect(pointers({ ...pension, passage: 'revalidering' })).toEqual(['/confirmations/0'])
    expect(pointers({ ...pension, passage: '' })).toEqual(['/confirmations/0'])
    expect(factsOf(complaint, { ...pension, section: 'goal' })?.passages).toHaveLength(2)
  })

  test.each(['', '  \n', '\u00a0', '\u200b', '…', '-'])('a reason that says nothing (%j) is a fault', (reason) => {
    expect(pointers({ ...pension, reason }, complaint)).toEqual(['/confirmations/0/reason'])
    expect(factsOf({ ...pension, reason }, complaint)?.passages).toHaveLength(2)
  })

  test('all passages confirmed, and one confirmation too many: refused for that alone', () => {
    const facts = factsOf(pension, complaint, { ...pension, passage: 'FØRTIDSPENSION' })
    expect(facts).toMatchObject({ passages: [], separateEnquiry: null, complaints: null })
    expect(facts?.faults).toMatchObject([{ pointer: '/confirmations/2', code: 'duplicate' }])
  })

  test('words of the section around a passage confirm it where they stand, and only there', () => {
    const sentence = { ...pension, passage: 'han har SØGT før\u00adtids-\npension'.replace('-\n', '') }
    expect(factsOf(sentence, complaint)?.passages).toEqual([passages[1]])
    const both = [sentence, { ...pension, passage: 'Førtidspension er hans' }, complaint]
    expect(answerOf(contentStaysWithTheCourse(passages, both, texts))).toBe('allowed')
    expect(confirmationsToKeep(passages, both, texts)).toEqual(both)
    expect(pointers({ ...pension, passage: 'Hun har søgt førtidspension' })).toEqual(['/confirmations/0'])
    expect(pointers({ ...pension, passage: 'Han har søgt' })).toEqual(['/confirmations/0'])
  })

  test('one left over from an earlier text is dropped when nothing is unconfirmed', () => {
    const gone = { ...pension, passage: 'revalidering' }
    expect(answerOf(contentStaysWithTheCourse([], [pension], []))).toBe('allowed')
    expect(confirmationsToKeep([], [pension], [])).toEqual([])
    expect(answerOf(contentStaysWithTheCourse(passages, [gone, pension, complaint], texts))).toBe('allowed')
    expect(confirmationsToKeep(passages, [gone, pension, complaint], texts)).toEqual([pension, complaint])
    expect(pointers(gone, pension)).toEqual(['/confirmations/0'])
  })

  test('thousands of passages are shown in part, counted and confirmed like any', () => {
    const repeated = [{ section: 's', text: 'klage. '.repeat(3_000) }]
    const many = outsidePassages(repeated)
    const verdict = contentStaysWithTheCourse(many, [], repeated)
    expect(verdict).toMatchObject({ facts: { passagesNotShown: 2_500 } })
    const confirmations = [{ section: 's', passage: 'klage', reason: 'Ordet gentages' }]
    expect(answerOf(contentStaysWithTheCourse(many, confirmations, repeated))).toBe('allowed')
  })

  test('the refusal says nothing of what a confirmation said', () => {
    const secret = { section: 'hemmeligt-afsnit', passage: 'hemmelig passage', reason: 'hemmelig grund' }
    expect(JSON.stringify(factsOf(secret))).not.toContain('hemmelig')
  })
})

/** A generator of its own, so that the same text is made each time. */
const noise = (units: number, of: (value: number) => string): string => {
  let state = 20_260_313
  let text = ''
  while (text.length < units) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    text += of(state >>> 8)
  }
  return text
}

const anywhere = (text: string): void => {
  for (const { start, end, passage } of outsidePassages([{ section: 's', text }])) {
    if (passage === '' || text.slice(start, end) !== passage) throw new Error(`${start} to ${end} is not ${passage}`)
  }
}

describe('§ 3: content-outside-the-course, any text', () => {
  const size = 200 * 1024
  const fragments = [
    'klag',
    'er over ',
    'ansøg',
    'ning om ',
    'fleks-',
    'job ',
    'førtids',
    'pension',
    're',
    'valider',
    'ing ',
    ',',
    '. ',
    'søger ',
  ]

  test.each([
    ['one word', 'a'.repeat(size)],
    ['one word of a stem', 'klag'.repeat(size / 4)],
    ['one word of stems that begin', 'revalide'.repeat(size / 8)],
    ['blanks alone', ' '.repeat(size)],
    ['hyphens alone', 'a-'.repeat(size / 2)],
    ['line ends alone', '\r\n'.repeat(size / 2)],
    ['marks alone', 'a\u030a\u0301'.repeat(size / 3)],
    ['a long row of marks', `a${'\u0301'.repeat(size)}`],
    ['soft hyphens', 'kla\u00adge '.repeat(size / 6)],
    ['words without end of sentence', 'ansøgning om en klager over ikke '.repeat(size / 33)],
    ['flex jobs without end', 'ansøger fleksjob '.repeat(size / 17)],
    ['short words', 'a b c d, '.repeat(size / 9)],
    ['over and over', 'klager over over over '.repeat(size / 22)],
    ['fragments of the lists', noise(size, (value) => fragments[value % fragments.length] ?? '')],
    ['any code units, lone surrogates among them', noise(size, (value) => String.fromCharCode(value % 65_536))],
    ['any code points', noise(size, (value) => String.fromCodePoint(value % 1_114_112))],
    ['characters that unfold', '\ufdfa'.repeat(size / 3)],
  ])('200 KB of %s come to an end, with every offset in its place', (_, text) => {
    expect(() => anywhere(text)).not.toThrow()
  })

  test('a passage is found amid any text, in its place, and nothing throws', () => {
    const around = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom('førtidspension', 'LEDIGHEDSYDELSE', 'Revalide\u00adring'),
        (before, after, word) => {
          const text = `${before}. ${word} .${after}`
          anywhere(text)
          const start = before.length + 2
          expect(outsidePassages([{ section: 's', text }]).map((passage) => passage.start)).toContain(start)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('fragments of the lists in any order: offsets stay in place, passages do not overlap', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments, ' ', '\n\n', 'å', 'a\u030a', '\u00ad')), (parts) => {
        const text = parts.join('')
        anywhere(text)
        const found = outsidePassages([{ section: 's', text }])
        for (const [index, { start }] of found.entries())
          expect(start).toBeGreaterThanOrEqual(found[index - 1]?.end ?? 0)
      }),
      { numRuns: 500 },
    )
  })

  test('words are found wherever they begin, overlapping or not', () => {
    const letters = (maxLength: number, minLength = 0) =>
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength })
    fc.assert(
      fc.property(letters(40), letters(5, 1), (text, words) => {
        const begins = [...text].flatMap((_, index) => (text.startsWith(words, index) ? [index] : []))
        expect(placesIn(text, words)).toEqual(begins)
      }),
    )
  })

  test('comparing words knows no case, blank, soft hyphen or way to compose a letter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zæøå ]{0,40}$/), (text) => {
        expect(sameWords(` ${text.toUpperCase().normalize('NFD')}\u00ad`)).toBe(sameWords(text))
      }),
    )
  })
})
