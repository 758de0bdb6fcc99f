/** Who can have webhooks: those to whom events are addressed. */
export const webhookCallers = ['supplier', 'jobcenter', 'benefits-office'] as const
