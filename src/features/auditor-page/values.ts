/** Single values by name, as a query, a form or a path gives them. */
export type Values = Readonly<Record<string, string | undefined>>
