import { type Part, partsOf } from '#rules/report/report-in-words.ts'
import type { ReportTemplate } from '#rules/report/template.ts'
import type { ReportContent } from './report-content.ts'
import { type TextChange, wordDiff } from './word-diff.ts'

/** A version of a report with the template that it was written in. */
export type WrittenVersion = { readonly content: ReportContent; readonly template: ReportTemplate }

export type PartStatus = 'unchanged' | 'changed' | 'added' | 'removed'

const statusOf = <T>(from: T | undefined, to: T | undefined, same: (from: T, to: T) => boolean): PartStatus => {
  if (from === undefined) return 'added'
  if (to === undefined) return 'removed'
  return same(from, to) ? 'unchanged' : 'changed'
}

const sectionsBetween = (from: WrittenVersion, to: WrittenVersion) => {
  const [before, after] = [partsOf(from), partsOf(to)]
  const find = (parts: readonly Part[], name: string): Part | undefined => parts.find(({ section }) => section === name)
  const gone = before.filter(({ section }) => !find(after, section))
  return [...after, ...gone].map(
    ({ section, title }): { section: string; title: string; status: PartStatus; changes?: TextChange[] } => {
      const [was, is] = [find(before, section), find(after, section)]
      const status = statusOf(was, is, (a, b) => a.text === b.text)
      return {
        section,
        title,
        status,
        ...(status === 'unchanged' ? {} : { changes: wordDiff(was?.text ?? '', is?.text ?? '') }),
      }
    },
  )
}

/** What became of each entry of a list, told apart by its name; what is gone stands last. */
const entriesBetween = <T extends object, Name extends string>(
  name: Name,
  from: readonly (T & Record<Name, string>)[],
  to: readonly (T & Record<Name, string>)[],
) => {
  const entryOf = (list: readonly (T & Record<Name, string>)[], called: string): Omit<T, Name> | undefined => {
    const entry = list.find((one) => one[name] === called)
    if (!entry) return undefined
    const { [name]: _called, ...rest } = entry
    return rest as Omit<T, Name>
  }
  const names = new Set([...to, ...from].map((one): string => one[name]))
  return [...names].map((called) => {
    const [was, is] = [entryOf(from, called), entryOf(to, called)]
    return {
      [name]: called,
      status: statusOf(was, is, (a, b) => JSON.stringify(a) === JSON.stringify(b)),
      ...(was ? { from: was } : {}),
      ...(is ? { to: is } : {}),
    }
  })
}

/** What became of each part from one version to another: texts word by word, assessments and milestones as they were and are. */
export const versionDiff = (from: WrittenVersion, to: WrittenVersion) => ({
  sections: sectionsBetween(from, to),
  focusAreas: entriesBetween('area', from.content.focusAreas, to.content.focusAreas),
  milestones: entriesBetween('milestone', from.content.milestones, to.content.milestones),
})
