/** A valid routing policy, as far as notices follow it. `office`: the benefits office that it names, if it names one. */
export type NoticePolicy = { readonly targetGroup: string; readonly office: string | null }

/**
 * § 8: important information goes to K-kassen and the ordering jobcenter. Ours: K-kassen is the benefits office that
 * decides on the citizen's target group; for a group that no benefits office decides on, the office that most groups
 * are routed to, since the source names K-kassen without regard to the group. The benefits office of the citizen's own
 * municipality may read the notice (000) and is not told.
 * @param policies those valid on the day
 * @param copyTo the benefits office of the citizen's municipality, if it takes copies
 * @returns organisation ids: who is told by an event, and who may read the text beside the supplier
 */
export const noticeRecipients = (
  order: { readonly targetGroup: string; readonly jobcenterId: string },
  policies: readonly NoticePolicy[],
  copyTo: string | undefined,
): { readonly told: readonly string[]; readonly readers: readonly string[] } => {
  const office = policies.find((policy) => policy.targetGroup === order.targetGroup)?.office ?? busiestOffice(policies)
  const told = [...new Set([...(office === undefined ? [] : [office]), order.jobcenterId])]
  return { told, readers: [...new Set([...told, ...(copyTo === undefined ? [] : [copyTo])])] }
}

const busiestOffice = (policies: readonly NoticePolicy[]): string | undefined => {
  const groups = new Map<string, number>()
  for (const { office } of policies) if (office !== null) groups.set(office, (groups.get(office) ?? 0) + 1)
  return [...groups].sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))[0]?.[0]
}
