/** What can be wrong with the audit log. */
export const auditFaults = {
  'rows-hidden':
    'the verifier does not see the table itself: a policy, a rule, a view or an inheriting table is in the way',
  'link-missing': 'a link of the chain is missing',
  'row-missing': 'the row is gone',
  'row-swapped': 'another row stands in its place',
  'hash-differs': 'the row or its link is not what the hash covers',
  'citizens-differ': 'the index of citizens is not what the link says',
  'end-differs': 'the chain does not begin or end where it should: links were cut off or added',
  'not-in-chain':
    'the row has no link although it is older than the sealing takes: inserted past it, or no worker seals',
  'protection-missing':
    'what keeps history from being changed or left out is missing or another than the migrations made, or somebody else may change it',
  'checkpoint-not-signed': 'the signature does not fit the checkpoint',
  'checkpoint-key-unknown': 'the checkpoint is signed with a key that is not trusted',
  'checkpoint-cut-off': 'the chain is shorter than it was at the checkpoint',
  'checkpoint-differs': 'the chain was another one at the checkpoint',
} as const

/** The first fault: which number of the chain, which table and row (or policy, trigger, role), and what is wrong. */
export type AuditFault = {
  readonly what: keyof typeof auditFaults
  readonly table: string
  readonly number: number | null
  readonly id: string | null
}
