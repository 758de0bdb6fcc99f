import { Differs } from './expectations.ts'

/** Tells the story while it is played. */
export type Narrator = {
  chapter(title: string): void
  /** Tells what happens now, does it, and names the step when it fails. */
  step<T>(text: string, work: () => Promise<T>): Promise<T>
  /** A line below the step: what came of it. */
  note(text: string): void
  readonly steps: number
}

/** A narrator that writes its lines with `tell`. */
export const createNarrator = (tell: (line: string) => void): Narrator => {
  let steps = 0
  return {
    chapter: (title) => tell(`\n${title}\n`),
    note: (text) => tell(`      ${text}`),
    step: async (text, work) => {
      steps++
      tell(`${String(steps).padStart(3)}. ${text}`)
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Differs)) throw error
        throw new Differs(`Step ${steps} (${text}) went otherwise than the rules say:\n${error.message}`)
      }
    },
    get steps() {
      return steps
    },
  }
}
