import { documentForm } from '#test/support/document-form.ts'
import type { TestAnswer, TestPortal } from '#test/support/test-portal.ts'

/** Uploads as a client; headers beside the form's own. */
export const uploads =
  (portal: TestPortal) =>
  (
    client: string,
    given: Parameters<typeof documentForm>[0] = {},
    headers: Record<string, string> = {},
  ): Promise<TestAnswer> => {
    const { body, options } = documentForm(given)
    return portal.as(client).post('/v1/documents', body, { headers: { ...options.headers, ...headers } })
  }
