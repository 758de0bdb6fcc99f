/** Who hears of a target group's absences from a date on (§ 7, § 8); dated reference data. `null`: the ordering jobcenter. */
export type RoutingPolicy = { readonly targetGroup: string; readonly recipient: Party | null; readonly because: string }

/** An organisation by id and name. */
export type Party = { readonly id: string; readonly name: string }

/** A recipient with its reason: a section of the source, or the slug of a reading of ours. */
export type Recipient = { readonly organisationId: string; readonly name: string; readonly because: string }

/** An order that the day's absence is held against. */
export type RoutedOrder = { readonly jobcenter: Party; readonly targetGroup: string }

/**
 * § 7, § 8: an absence goes to the recipient of each order's target group, once each. A group without a policy is the
 * ordering jobcenter's (Ours: the order's owner is the safe default). The citizen's own municipality's benefits office,
 * where it is another than K-kassen and registered, gets a copy (000).
 * @param policies those valid on the day of absence
 * @param copyTo the benefits office of the citizen's municipality, if it takes copies
 */
export const absenceRecipients = (
  orders: readonly RoutedOrder[],
  policies: readonly RoutingPolicy[],
  copyTo: Party | undefined,
): Recipient[] => {
  const recipients = new Map<string, Recipient>()
  const add = (party: Party, because: string): void => {
    if (!recipients.has(party.id)) recipients.set(party.id, { organisationId: party.id, name: party.name, because })
  }
  for (const order of orders) {
    const policy = policies.find((candidate) => candidate.targetGroup === order.targetGroup)
    add(policy?.recipient ?? order.jobcenter, policy?.because ?? 'ordering-jobcenter')
  }
  if (copyTo) add(copyTo, 'residence-municipality-copy')
  return [...recipients.values()]
}
