import { demo } from '#src/dev/demo-world/demo.ts'
import { must } from '#test/features/orders/support.ts'
import type { TestPortal } from '#test/support/test-portal.ts'
import { type PageReply, type PlainBrowser, plainBrowser } from './plain-browser.ts'

/** Signed in, with a purpose stated. */
export const auditorOn = async (portal: { readonly url: string }, person: string): Promise<PlainBrowser> => {
  const visitor = plainBrowser(portal.url)
  await visitor.signIn(person)
  await visitor.post('/auditor/purpose', {
    ...{ formToken: await visitor.formToken(), purpose: 'inspection at the door', to: '/auditor' },
  })
  return visitor
}

/** An inspection of all running courses of a supplier. @returns its path on the page */
export const drawnOn = async (portal: TestPortal, changes: Record<string, unknown> = {}): Promise<string> => {
  const { body } = must(
    await portal.as('auditor-koebenhavn').post('/v1/inspections', {
      ...{ supplierId: demo.organisations.supplierNord.id, running: 200, ended: 0, drawnBy: { name: 'Karla' } },
      ...changes,
    }),
  )
  return `/auditor/inspections/${body.id}`
}
export const idOf = (path: string): string => path.split('/')[3] ?? ''
export const courseOf = (path: string, orderId: string = demo.orders.activityReady.id): string =>
  `${path}/courses/${orderId}`

/** Every field of a page's form as a browser would send it, without the buttons. */
export const fieldsOf = (text: string): Record<string, string> => {
  const [, form = ''] = /<form method="post" action="\/auditor\/inspections[^>]*>(.*?)<\/form>/s.exec(text) ?? []
  const fields: Record<string, string> = {}
  const unescaped = (value: string): string =>
    value
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  for (const [tag] of form.matchAll(/<input [^>]*>/g)) {
    const [, name = ''] = / name="([^"]*)"/.exec(tag) ?? []
    const [, value = ''] = / value="([^"]*)"/.exec(tag) ?? []
    if (!tag.includes('type="radio"') || tag.includes(' checked')) fields[name] = unescaped(value)
  }
  for (const [, name = '', value = ''] of form.matchAll(/<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)<\/textarea>/gs)) {
    fields[name] = unescaped(value)
  }
  for (const [, name = '', options = ''] of form.matchAll(/<select [^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs)) {
    const values = [...options.matchAll(/<option value="([^"]*)"( selected)?>/g)]
    fields[name] = (values.find(([, , selected]) => selected) ?? values[0])?.[1] ?? ''
  }
  return fields
}

/** Opens a form, changes it and sends it. */
export const send = async (
  visitor: PlainBrowser,
  path: string,
  changes: Record<string, string>,
): Promise<PageReply & { opened: Record<string, string> }> => {
  const opened = fieldsOf((await visitor.get(path)).text)
  return { ...(await visitor.post(path, { ...opened, ...changes })), opened }
}

/** The findings of an inspection, each version, by its path on the page. */
export const findingsOf = (portal: TestPortal, path: string) =>
  portal.sql<{
    control_point: string
    version: number
    outcome: string
    severity: number | null
    visited_on: string | null
  }>(
    `select control_point, version, outcome, severity, visited_on::text from inspection_findings where inspection_id = $1
      order by control_point, version`,
    [idOf(path)],
  )

/** The look-ups that Karla's page left under an operation. */
export const lookupsOfKarla = (portal: TestPortal, operation: string) =>
  portal.sql<{ order_id: string; purpose: string }>(
    `select order_id, purpose from lookups where operation = $1 and client_id = 'auditor-page/karla'`,
    [operation],
  )
