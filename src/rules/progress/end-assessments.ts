import { areaKey } from './start-assessment.ts'

/** A focus area in a report: the citizen's assessment at the start and at the end, 1 to 10. */
export type AssessedArea = { readonly area: string; readonly start: number; readonly end: number }

/**
 * What is wrong: a recorded area (`recorded`: its place in the list that the order has) without an end assessment; or an
 * area of the report (`index`: its place in the report's list) with another start than was recorded, or given twice. Places
 * and no names, which are the caller's free text.
 */
export type EndAssessmentFault =
  | { readonly fault: 'end-missing'; readonly recorded: number }
  | { readonly fault: 'start-differs' | 'duplicate'; readonly index: number }

/**
 * § 2, § 3: a final report gives the end assessment of every focus area that was recorded at the start, with that start.
 * Ours: an area that nobody recorded at the start is taken as the report tells it, since late is never refused.
 * @returns what `report-incomplete` lists; empty when all is there
 */
export const endAssessmentsFit = (
  recorded: readonly { readonly area: string; readonly start: number }[],
  given: readonly AssessedArea[],
): readonly EndAssessmentFault[] => {
  const starts = new Map(recorded.map(({ area, start }) => [areaKey(area), start]))
  const seen = new Set<string>()
  const faults: EndAssessmentFault[] = []
  for (const [index, { area, start }] of given.entries()) {
    const key = areaKey(area)
    if (seen.has(key)) faults.push({ fault: 'duplicate', index })
    else if (starts.has(key) && starts.get(key) !== start) faults.push({ fault: 'start-differs', index })
    seen.add(key)
  }
  for (const [index, { area }] of recorded.entries()) {
    if (!seen.has(areaKey(area))) faults.push({ fault: 'end-missing', recorded: index })
  }
  return faults
}
