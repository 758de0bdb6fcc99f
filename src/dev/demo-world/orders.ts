import { demoAgreements } from './agreements.ts'
import { type DemoCitizen, demoCitizens } from './citizens.ts'
import { demoId } from './identifiers.ts'
import { demoOrganisations } from './organisations.ts'

/** An order of the demo with its one on-site activity. Durations in minutes. */
export type DemoOrder = {
  readonly id: string
  readonly activityId: string
  readonly citizen: DemoCitizen
  readonly jobcenterId: string
  readonly supplierId: string
  readonly frameworkAgreementId: string
  /** Per hour. */
  readonly unitPriceOere: number
  readonly deliveryAddressId: string
  readonly offer: string
  readonly targetGroup: string
  readonly effortGroup: string | null
  /** `spring`: fixed dates in 2026; `current`: around the day of seeding. */
  readonly period: 'spring' | 'current'
  readonly orderedMinutes: number
  readonly status: 'draft' | 'approved'
  readonly courseStatus: 'awaiting-first-meeting' | 'attending'
  /** Minutes on every Monday to Friday of the period; 0: the supplier has put no plan. */
  readonly plannedMinutesADay: number
}

/** The fixed period of the spring orders: twelve weeks. */
export const springPeriod = {
  startDate: '2026-03-02',
  endDate: '2026-05-22',
  firstMeetingAt: '2026-03-02T08:00:00.000Z',
  draftedAt: '2026-02-16T09:00:00.000Z',
  approvedAt: '2026-02-18T12:30:00.000Z',
} as const

/** Twelve weeks of five days of two hours. */
const springMinutes = 7200
/** The current orders last thirteen weeks. */
const currentMinutes = 7800

const atNord = {
  jobcenterId: demoOrganisations.jobcenterMusvaagevej.id,
  supplierId: demoOrganisations.supplierNord.id,
  frameworkAgreementId: demoAgreements.supplierNord.id,
  unitPriceOere: demoAgreements.supplierNord.unitPriceOere,
  deliveryAddressId: demoOrganisations.supplierNord.deliveryAddresses[0].id,
  offer: 'clarification',
  effortGroup: 'clarification',
  period: 'spring',
  orderedMinutes: springMinutes,
} as const

const attending = { status: 'approved', courseStatus: 'attending', plannedMinutesADay: 120 } as const
const awaiting = { status: 'approved', courseStatus: 'awaiting-first-meeting', plannedMinutesADay: 120 } as const
const draft = { status: 'draft', courseStatus: 'awaiting-first-meeting', plannedMinutesADay: 0 } as const

const numbered = (number: number, citizen: DemoCitizen) => ({
  id: demoId('order', number),
  activityId: demoId('activity', number),
  citizen,
})

/** The orders, named after what stands out about them. */
export const demoOrders = {
  activityReady: {
    ...numbered(1, demoCitizens.activityReady),
    ...atNord,
    ...attending,
    targetGroup: 'cash-benefit-activity-ready',
  },
  sicknessBenefit: {
    ...numbered(2, demoCitizens.sicknessBenefit),
    ...atNord,
    ...attending,
    targetGroup: 'sickness-benefit',
  },
  dragoer: { ...numbered(3, demoCitizens.dragoer), ...atNord, ...attending, targetGroup: 'resource-course' },
  draft: { ...numbered(4, demoCitizens.draft), ...atNord, ...draft, targetGroup: 'cash-benefit-activity-ready' },
  draftToCancel: { ...numbered(5, demoCitizens.draftToCancel), ...atNord, ...draft, targetGroup: 'education-benefit' },
  awaitingWithPlan: {
    ...numbered(6, demoCitizens.awaitingWithPlan),
    ...atNord,
    ...awaiting,
    targetGroup: 'cash-benefit-activity-ready',
  },
  awaitingWithoutPlan: {
    ...numbered(7, demoCitizens.awaitingWithoutPlan),
    ...atNord,
    ...awaiting,
    plannedMinutesADay: 0,
    targetGroup: 'cash-benefit-activity-ready',
  },
  supplierSyd: {
    ...numbered(8, demoCitizens.supplierSyd),
    ...attending,
    jobcenterId: demoOrganisations.jobcenterSkelbaekgade.id,
    supplierId: demoOrganisations.supplierSyd.id,
    frameworkAgreementId: demoAgreements.supplierSyd.id,
    unitPriceOere: demoAgreements.supplierSyd.unitPriceOere,
    deliveryAddressId: demoOrganisations.supplierSyd.deliveryAddresses[0].id,
    offer: 'company-course',
    effortGroup: 'company-course',
    period: 'spring',
    orderedMinutes: springMinutes,
    targetGroup: 'cash-benefit-job-ready',
  },
  currentAtKKassen: {
    ...numbered(9, demoCitizens.currentAtKKassen),
    ...atNord,
    ...attending,
    period: 'current',
    orderedMinutes: currentMinutes,
    targetGroup: 'cash-benefit-activity-ready',
  },
  currentAtJobcenter: {
    ...numbered(10, demoCitizens.currentAtJobcenter),
    ...atNord,
    ...attending,
    period: 'current',
    orderedMinutes: currentMinutes,
    targetGroup: 'sickness-benefit',
  },
} as const satisfies Record<string, DemoOrder>
