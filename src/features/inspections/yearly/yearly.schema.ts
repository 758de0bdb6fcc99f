import { Type } from 'typebox'
import { Id } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { ControlPointCodeSchema, DiscardedDrawSchema } from '../inspection.schema.ts'

export const YearQuery = closed({
  year: Type.Integer({ minimum: 2000, maximum: 2199, description: 'In which the inspections were drawn.' }),
})

const Count = Type.Integer({ minimum: 0 })
const tally = {
  judged: Type.Integer({ minimum: 0, description: 'Control points with a finding.' }),
  inOrder: Count,
  notApplicable: Count,
  irregularities: Type.Integer({ minimum: 0, description: 'Of each severity and the unrated ones.' }),
  slight: Type.Integer({ minimum: 0, description: 'Severity 1.' }),
  notable: Type.Integer({ minimum: 0, description: 'Severity 2.' }),
  grave: Type.Integer({ minimum: 0, description: 'Severity 3.' }),
  unrated: Count,
  coursesJudged: Type.Integer({ minimum: 0, description: 'Courses with a finding, each once.' }),
  coursesIrregular: Type.Integer({ minimum: 0, description: 'Courses with an irregularity, each once.' }),
}
const tallies = {
  ...tally,
  controlPoints: Type.Array(closed({ controlPoint: ControlPointCodeSchema, ...tally })),
}
const drawn = {
  closedInspections: Type.Integer({
    minimum: 0,
    description: 'Of the inspections: closed ones, with judgements or without.',
  }),
  closedUnjudged: Type.Integer({
    minimum: 0,
    description: 'Of the closed ones: those in which no course counted here has a judgement that stands.',
  }),
  discardedInspections: Type.Integer({
    minimum: 0,
    description: 'Draws that were discarded; nothing else counts them.',
  }),
  courses: Type.Integer({ minimum: 0, description: 'Courses that were drawn, each once.' }),
  coursesDrawn: Type.Integer({ minimum: 0, description: 'The same; a course of two inspections counts twice.' }),
}

/** A year of inspections, per supplier and framework agreement. */
export const YearlyTableSchema = closed({
  year: Type.Integer(),
  rows: Type.Array(
    closed({
      supplier: closed({ id: Id, name: Type.String() }),
      frameworkAgreement: closed({ id: Id, title: Type.String() }),
      inspections: Type.Integer({ minimum: 0, description: 'Without discarded draws.' }),
      ...drawn,
      ...tallies,
    }),
  ),
  totals: closed({
    inspections: Type.Integer({ minimum: 0, description: 'Each once, over however many rows it is counted in.' }),
    ...drawn,
    ...tallies,
  }),
  discarded: Type.Array(DiscardedDrawSchema, {
    description: 'Draws of the year that were discarded, with who did it and why; nothing else counts them.',
  }),
})
