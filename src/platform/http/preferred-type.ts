import { HttpProblem } from './problems/problem.ts'
import type { PortalRequest } from './route.ts'

/** Which of the media types the caller prefers, the first where it does not say. @throws HttpProblem `not-acceptable` for none */
export const preferredType = (request: Pick<PortalRequest, 'preferred'>, types: readonly string[]): string => {
  const type = request.preferred(types)
  if (type === undefined) throw new HttpProblem('not-acceptable')
  return type
}
