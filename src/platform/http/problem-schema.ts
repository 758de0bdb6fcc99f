import { Type } from 'typebox'
import { type ProblemSlug, problemCatalogue } from './problems/catalogue.ts'

/** The shape of every problem document. What a rule lists stands beside these members. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri', description: 'A page that explains the problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'The request id.' }),
    code: Type.String({ description: 'The slug of the problem or rule.' }),
    rule: Type.Optional(
      Type.Object(
        { source: Type.String(), section: Type.Union([Type.String(), Type.Null()]) },
        { description: 'Where the rule stands.' },
      ),
    ),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: "A JSON pointer into the body, or a parameter's name." }),
          code: Type.String(),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { additionalProperties: true },
)

/** The problem answers of an operation for its OpenAPI entry: by status, with the slugs that it may carry. */
export const problemResponses = (slugs: readonly ProblemSlug[]): Record<string, unknown> => {
  const byStatus = new Map<number, ProblemSlug[]>()
  for (const slug of slugs) {
    const { status } = problemCatalogue[slug]
    byStatus.set(status, [...(byStatus.get(status) ?? []), slug])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((slug) => `\`${slug}\`: ${problemCatalogue[slug].title.en}.`).join(' '),
        content: {
          'application/problem+json': {
            schema: Type.Intersect([ProblemSchema, Type.Object({ code: Type.Enum(list) })]),
          },
        },
      },
    ]),
  )
}
