import { contactFigures, dutyFigures, meetingFigures } from './duty-figures.ts'
import type { Figure, FigureSource } from './figure.ts'
import {
  absenceFigures,
  attendanceFigures,
  courseFigures,
  differenceFigures,
  protocolFigures,
  refusalFigures,
} from './register-figures.ts'

const registry = {
  ...dutyFigures,
  ...absenceFigures,
  ...attendanceFigures,
  ...protocolFigures,
  ...courseFigures,
  ...meetingFigures,
  ...contactFigures,
  ...differenceFigures,
  ...refusalFigures,
}

export type FigureName = keyof typeof registry

/** Every figure of compliance by its stable name: the home of names, definitions and of what counts. */
export const figures: Readonly<Record<FigureName, Figure>> = registry
export const figureNames = Object.keys(registry) as readonly FigureName[]

/** The figures of a source, in the order of the registry. */
export const figuresOf = (source: FigureSource): readonly FigureName[] =>
  figureNames.filter((name) => figures[name].source === source)

/** The figures that are also told by kind of duty, and by rule. */
export const dutyFigureNames = figuresOf('duties')

export type Figures = Record<FigureName, number>

/** Each figure at nothing. */
export const noFigures = (): Figures => Object.fromEntries(figureNames.map((name) => [name, 0])) as Figures
