import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { figureNames, figures } from '#rules/compliance/figures.ts'
import { damping, riskPartNames, riskParts } from '#rules/compliance/risk-score.ts'
import { shareNames, shares } from '#rules/compliance/shares.ts'

test('docs/compliance.md defines every figure, share and part of the score as the registry does', () => {
  const page = readFileSync(new URL('../../../docs/compliance.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const expected = [
    ...figureNames.map((name) => [name, figures[name].counts, figures[name].definition.en, figures[name].basis.en]),
    ...shareNames.map((name) => {
      const { numerator, denominator, definition, basis } = shares[name]
      return [name, numerator.join(' + '), denominator.join(' + '), definition.en, basis.en]
    }),
    ...riskPartNames.map((name) => {
      const { wrong, of, weight, because } = riskParts[name]
      return [name, wrong.join(' + '), of.join(' + '), String(weight), because.en]
    }),
  ].map(([name, ...cells]) => `| \`${name}\` | ${cells.join(' | ')} |`)
  expect(rows).toEqual(expected)
  expect(page).toContain(`damped by ${damping} more cases`)
})
