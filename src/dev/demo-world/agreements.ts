import { demoId } from './identifiers.ts'
import { demoOrganisations } from './organisations.ts'

/** A framework agreement of the demo. Money in øre; the price is per hour. */
export type DemoAgreement = {
  readonly id: string
  readonly supplierId: string
  readonly title: string
  /** `all`: every target group that the code set has when the demo is seeded. */
  readonly targetGroups: 'all' | readonly string[]
  readonly validFrom: string
  readonly validTo: string
  readonly unitPriceOere: number
  readonly budgetOere: number | null
  readonly offers: Readonly<Record<string, string>>
}

const offers = {
  'company-course': 'Virksomhedsrettet forløb',
  clarification: 'Afklarende forløb',
  preparation: 'Forberedende forløb',
  'job-search': 'Jobsøgningsforløb',
} as const

/** The agreements; `supplierNord` covers everything, the others some groups. */
export const demoAgreements = {
  supplierNord: {
    id: demoId('frameworkAgreement', 1),
    supplierId: demoOrganisations.supplierNord.id,
    title: 'Rammeaftale, Leverandør Nord',
    targetGroups: 'all',
    validFrom: '2016-01-01',
    validTo: '2035-12-31',
    unitPriceOere: 45_000,
    budgetOere: null,
    offers,
  },
  supplierSyd: {
    id: demoId('frameworkAgreement', 2),
    supplierId: demoOrganisations.supplierSyd.id,
    title: 'Rammeaftale, Leverandør Syd',
    targetGroups: ['cash-benefit-job-ready', 'cash-benefit-activity-ready', 'education-benefit', 'integration-act'],
    validFrom: '2024-01-01',
    validTo: '2029-12-31',
    unitPriceOere: 43_750,
    budgetOere: null,
    offers: { 'company-course': offers['company-course'], 'job-search': offers['job-search'] },
  },
  supplierBeskaeftigelsescenter: {
    id: demoId('frameworkAgreement', 3),
    supplierId: demoOrganisations.supplierBeskaeftigelsescenter.id,
    title: 'Leveringsaftale, Beskæftigelsescenter Demo',
    targetGroups: ['sickness-benefit', 'resource-course', 'unemployment-allowance', 'rehabilitation'],
    validFrom: '2024-01-01',
    validTo: '2029-12-31',
    unitPriceOere: 39_900,
    budgetOere: null,
    offers: { clarification: offers.clarification, preparation: offers.preparation },
  },
  /** 003: an unemployment fund's orders may add up to 500,000 DKK. */
  supplierAkasse: {
    id: demoId('frameworkAgreement', 4),
    supplierId: demoOrganisations.supplierAkasse.id,
    title: 'Aftale med a-kasse, Demokassen',
    targetGroups: ['insured-unemployed'],
    validFrom: '2024-01-01',
    validTo: '2029-12-31',
    unitPriceOere: 41_000,
    budgetOere: 50_000_000,
    offers: { 'job-search': offers['job-search'] },
  },
} as const satisfies Record<string, DemoAgreement>
