import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isProblemSlug, problemCatalogue } from '#platform/http/problems/catalogue.ts'

type Line = { slug: string; source: string; files: string[]; tests: string[] }

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

const lines = (section: string): Line[] =>
  section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => {
      const [what = '', source = '', files = '', tests = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim())
      return { slug: quoted(what)[0] ?? '', source, files: quoted(files), tests: quoted(tests) }
    })

const [refusals = '', decisions = ''] = read('src/rules/README.md').split('\n## ')
const table = lines(refusals)
const sources = globSync('src/rules/**/*.ts', { cwd: root })
/** The slugs that each file of the rules refuses with. */
const thrown = sources.flatMap((file) =>
  [...read(file).matchAll(/\brefused\(\s*'([^']+)'/g)].map((match) => ({
    slug: match[1] ?? '',
    file: file.slice('src/rules/'.length),
  })),
)

/** Rule problems that no pure rule throws, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'webhook-url-not-allowed': 'src/platform/webhooks asks what an address resolves to',
  'unknown-event-type': 'src/features/webhooks holds types against the list of events',
  'webhook-endpoint-deleted': 'src/features/webhooks looks at whose deliveries they are',
  'unknown-webhook-filter': 'src/features/webhooks looks up what filters name',
  'too-many-endpoints': 'src/features/webhooks counts rows under a lock',
}

describe('src/rules/README.md', () => {
  test('has been read: the table has lines, and the rules refuse', () => {
    expect(table.length).toBeGreaterThan(30)
    expect(thrown.length).toBeGreaterThan(30)
    expect(sources.length).toBeGreaterThan(15)
  })

  test('names every slug once, in the order of the alphabet', () => {
    const slugs = table.map((line) => line.slug)
    expect(slugs).toEqual([...new Set(slugs)].sort())
  })

  test('names exactly the slugs that the rules refuse with, each with the files that do', () => {
    const filesOf = (slug: string): string[] =>
      [...new Set(thrown.filter((one) => one.slug === slug).map((one) => one.file))].sort()
    const slugs = [...new Set(thrown.map((one) => one.slug))].sort()
    expect(table.map(({ slug, files }) => [slug, [...files].sort()])).toEqual(
      slugs.map((slug) => [slug, filesOf(slug)]),
    )
  })

  test.each([...table, ...lines(decisions)])(
    '$slug ($source): its files and tests are there',
    ({ slug, files, tests }) => {
      expect(files.length).toBeGreaterThan(0)
      expect(tests.length).toBeGreaterThan(0)
      for (const file of files) expect(existsSync(new URL(`src/rules/${file}`, root)), file).toBe(true)
      for (const file of tests) {
        expect(existsSync(new URL(`test/rules/${file}`, root)), file).toBe(true)
        if (slug !== '') expect(read(`test/rules/${file}`), `${file} says nothing of ${slug}`).toContain(slug)
      }
    },
  )

  test('cites what the problem of that slug cites', () => {
    const cited = (slug: string): string => {
      const rule = isProblemSlug(slug) ? problemCatalogue[slug].rule : undefined
      if (!rule || rule.section === null) return 'ours'
      return rule.source === 'Samarbejde og dokumentation'
        ? rule.section
        : (/\((\d{3})\)/.exec(rule.source)?.[1] ?? rule.source)
    }
    expect(table.map(({ slug, source }) => [slug, source])).toEqual(table.map(({ slug }) => [slug, cited(slug)]))
  })
})

describe('the problem catalogue and the rules', () => {
  test('every slug of a rule is a problem, and a rule is its source', () => {
    // `not-found` is the protocol's too: it says nothing of a rule, and is not kept as a refusal.
    const slugs = table.map((line) => line.slug).filter((slug) => slug !== 'not-found')
    expect(slugs.filter((slug) => !isProblemSlug(slug) || problemCatalogue[slug].rule === undefined)).toEqual([])
    expect(isProblemSlug('not-found')).toBe(true)
  })

  test('every problem of a rule is one that some rule refuses with, or is listed with the place that does', () => {
    const known = new Set(table.map((line) => line.slug))
    const ofRules = Object.entries(problemCatalogue).filter(([, entry]) => entry.rule !== undefined)
    const nowhere = ofRules.map(([slug]) => slug).filter((slug) => !known.has(slug))
    expect(nowhere.sort()).toEqual(Object.keys(elsewhere).sort())
  })
})

describe('rules and kernel are pure', () => {
  const importsOf = (file: string): string[] =>
    [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')

  test.each(sources)('%s imports rules and kernel alone', (file) => {
    expect(importsOf(file).filter((name) => !/^(?:#rules\/|#kernel\/|\.)/.test(name))).toEqual([])
    expect(importsOf(file).filter((name) => name.startsWith('../'))).toEqual([])
  })

  const kernel = globSync('src/kernel/**/*.ts', { cwd: root })
  test.each(kernel)('%s imports the kernel alone', (file) => {
    expect(importsOf(file).filter((name) => !name.startsWith('./'))).toEqual([])
  })

  test.each([...sources, ...kernel])('%s asks no clock, no environment and no chance', (file) => {
    const code = read(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    expect(code).not.toMatch(/\b(?:new Date|Date\.|Date\(|process\.|Math\.random|performance\.|globalThis)/)
  })
})
