import { demoId } from './identifiers.ts'

type ContactPerson = { readonly id: string; readonly name: string; readonly email: string; readonly phone: string }
type DeliveryAddress = { readonly id: string; readonly address: string }

/** An organisation of the demo, with the API client that acts for it. */
export type DemoOrganisation = {
  readonly id: string
  readonly clientId: string
  readonly name: string
  readonly kinds: readonly string[]
  readonly supplierKind?: 'external' | 'municipal' | 'unemployment-fund'
  readonly secureEmail?: string
  readonly copiesForMunicipality?: string
  readonly auditedMunicipalities?: readonly string[]
  readonly contactPersons: readonly ContactPerson[]
  readonly deliveryAddresses: readonly DeliveryAddress[]
}

const person = (number: number, name: string, email: string): ContactPerson => ({
  id: demoId('contactPerson', number),
  name,
  email,
  phone: `+45 00 00 00 ${String(number).padStart(2, '0')}`,
})

const place = (number: number, address: string): DeliveryAddress => ({ id: demoId('deliveryAddress', number), address })

/** Addresses and people are invented; `.example` belongs to nobody. */
export const demoOrganisations = {
  supplierNord: {
    id: demoId('organisation', 1),
    clientId: 'supplier-nord',
    name: 'Leverandør Nord ApS',
    kinds: ['supplier'],
    supplierKind: 'external',
    secureEmail: 'nord@sikkermail.example',
    contactPersons: [person(1, 'Nora Nordstrup', 'nora@leverandoer-nord.example')],
    deliveryAddresses: [place(1, 'Prøvevej 1, 2200 København N'), place(2, 'Demogade 22, 2100 København Ø')],
  },
  supplierSyd: {
    id: demoId('organisation', 2),
    clientId: 'supplier-syd',
    name: 'Leverandør Syd A/S',
    kinds: ['supplier'],
    supplierKind: 'external',
    secureEmail: 'syd@sikkermail.example',
    contactPersons: [person(2, 'Sune Sydholt', 'sune@leverandoer-syd.example')],
    deliveryAddresses: [place(3, 'Eksempelallé 7, 2300 København S')],
  },
  supplierBeskaeftigelsescenter: {
    id: demoId('organisation', 3),
    clientId: 'supplier-beskaeftigelsescenter',
    name: 'Beskæftigelsescenter Demo',
    kinds: ['supplier', 'jobcenter'],
    supplierKind: 'municipal',
    secureEmail: 'beskaeftigelsescenter@sikkermail.example',
    contactPersons: [person(3, 'Bodil Centergaard', 'bodil@beskaeftigelsescenter.example')],
    deliveryAddresses: [place(4, 'Værkstedsvænget 3, 2450 København SV')],
  },
  supplierAkasse: {
    id: demoId('organisation', 4),
    clientId: 'supplier-akasse',
    name: 'Demokassen (a-kasse)',
    kinds: ['supplier'],
    supplierKind: 'unemployment-fund',
    secureEmail: 'demokassen@sikkermail.example',
    contactPersons: [person(4, 'Asta Kassow', 'asta@demokassen.example')],
    deliveryAddresses: [place(5, 'Ledighedsstræde 10, 1300 København K')],
  },
  jobcenterMusvaagevej: {
    id: demoId('organisation', 5),
    clientId: 'jobcenter-musvaagevej',
    name: 'Jobcenter Musvågevej',
    kinds: ['jobcenter'],
    secureEmail: 'musvaagevej@sikkermail.example',
    contactPersons: [person(5, 'Mona Musvig', 'mona@jobcenter-musvaagevej.example')],
    deliveryAddresses: [],
  },
  jobcenterSkelbaekgade: {
    id: demoId('organisation', 6),
    clientId: 'jobcenter-skelbaekgade',
    name: 'Jobcenter Skelbækgade',
    kinds: ['jobcenter'],
    secureEmail: 'skelbaekgade@sikkermail.example',
    contactPersons: [person(6, 'Skjold Bækmand', 'skjold@jobcenter-skelbaekgade.example')],
    deliveryAddresses: [],
  },
  /** Made by migration 0005, since every installation has it; the demo adds its client. */
  kKassen: {
    id: '01890000-0000-7000-8000-00000000c001',
    clientId: 'k-kassen',
    name: 'K-kassen (Ydelsesservice København)',
    kinds: ['benefits-office'],
    secureEmail: 'k-kassen@sikkermail.example',
    contactPersons: [],
    deliveryAddresses: [],
  },
  ydelseDragoer: {
    id: demoId('organisation', 7),
    clientId: 'ydelse-dragoer',
    name: 'Ydelse Dragør',
    kinds: ['benefits-office'],
    secureEmail: 'ydelse-dragoer@sikkermail.example',
    copiesForMunicipality: '0155',
    contactPersons: [],
    deliveryAddresses: [],
  },
  auditorKoebenhavn: {
    id: demoId('organisation', 8),
    clientId: 'auditor-koebenhavn',
    name: 'Revision København',
    kinds: ['auditor'],
    contactPersons: [],
    deliveryAddresses: [],
  },
  auditorDragoer: {
    id: demoId('organisation', 9),
    clientId: 'auditor-dragoer',
    name: 'Revision Dragør',
    kinds: ['auditor'],
    auditedMunicipalities: ['0155'],
    contactPersons: [],
    deliveryAddresses: [],
  },
  administrator: {
    id: demoId('organisation', 10),
    clientId: 'administrator',
    name: 'Beskæftigelses- og Integrationsforvaltningen',
    kinds: ['administrator'],
    contactPersons: [],
    deliveryAddresses: [],
  },
} as const satisfies Record<string, DemoOrganisation>
