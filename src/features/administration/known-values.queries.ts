import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem, type InputFault } from '#platform/http/problems/problem.ts'

/** What figures are narrowed to by a name that has to be there. */
export type NarrowedTo = {
  readonly supplierId?: string | undefined
  readonly jobcenterId?: string | undefined
  readonly frameworkAgreementId?: string | undefined
  readonly targetGroup?: string | undefined
  readonly milestone?: string | undefined
}

/**
 * Ours: figures that are narrowed to what there is not would all be nothing, and read as "nothing wrong". So such a filter is a fault,
 * unlike in lists of cases, which are empty then. A supplier that supplies no more has figures as long as it has agreements, and a
 * code as long as any version of it is known.
 * @param unsaid the value that stands for "without any", which is no name
 * @throws HttpProblem `invalid-request` with the code `unknown-value` at each filter that names nothing
 */
export const demandKnown = async (trx: Trx, narrowed: NarrowedTo, unsaid: string): Promise<void> => {
  const { supplierId, jobcenterId, frameworkAgreementId, targetGroup, milestone } = narrowed
  const given = { supplierId, jobcenterId, frameworkAgreementId, targetGroup, milestone }
  const asked = Object.entries(given).filter(([, value]) => value !== undefined && value !== unsaid)
  if (asked.length === 0) return
  const { rows } = await sql<{ name: string }>`
    select a.name from jsonb_each_text(${JSON.stringify(Object.fromEntries(asked))}::jsonb) a (name, value)
     where not case a.name
       when 'supplierId' then exists (select from organisations o where o.id = a.value::uuid and 'supplier' = any (o.kinds))
         or exists (select from framework_agreements f where f.supplier_id = a.value::uuid)
       when 'jobcenterId' then exists (select from organisations o where o.id = a.value::uuid and 'jobcenter' = any (o.kinds))
       when 'frameworkAgreementId' then exists (select from framework_agreements f where f.id = a.value::uuid)
       else exists (select from code_values c where c.code = a.value and c.set_name = case a.name
         when 'targetGroup' then 'target-groups' else 'milestones' end) end
     order by a.name`.execute(trx)
  const faults: InputFault[] = rows.map(({ name }) => ({
    pointer: name,
    code: 'unknown-value',
    detail: { da: 'Findes ikke i portalen.', en: 'Is not known to the portal.' },
  }))
  if (faults.length > 0) throw new HttpProblem('invalid-request', { faults })
}
