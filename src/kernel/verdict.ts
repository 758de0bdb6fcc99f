/** What a rule found out, as plain values that a problem document can show (never a value of another organisation). */
export type Facts = Readonly<Record<string, unknown>>

/** A rule's answer: allowed, or refused under the rule's slug with the facts that explain the refusal. */
export type Verdict<Slug extends string = string> =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly slug: Slug; readonly facts: Facts }

export const allowed: { readonly allowed: true } = { allowed: true }

/** A refusal under `slug`; `facts` end up as members of the problem document. */
export const refused = <Slug extends string>(slug: Slug, facts: Facts = {}): Verdict<Slug> => ({
  allowed: false,
  slug,
  facts,
})

/** The first refusal among the verdicts, which are asked for one by one and only until one refuses. */
export const firstRefusal = (...rules: readonly (() => Verdict)[]): Verdict => {
  for (const rule of rules) {
    const verdict = rule()
    if (!verdict.allowed) return verdict
  }
  return allowed
}
