import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** § 4, § 14, § 16: nothing is planned, attended or registered on an activity before the jobcenter approved it. */
export const activityIsApproved = (
  status: 'proposed' | 'approved' | 'rejected',
  facts: Readonly<Record<string, unknown>> = {},
): Verdict<'activity-not-approved'> =>
  status === 'approved' ? allowed : refused('activity-not-approved', { activityStatus: status, ...facts })
