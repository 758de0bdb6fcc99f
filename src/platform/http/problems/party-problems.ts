import { ours, type ProblemEntry, section } from './problem-entry.ts'

/** Refusals between supplier and K-kassen (src/rules/referral) and of the administration (src/rules/reference-data). */
export const partyProblems = {
  'contact-request-already-answered': {
    status: 409,
    title: { da: 'Kontaktanmodningen er besvaret', en: 'The contact request is answered' },
    detail: {
      da: 'En kontaktanmodning besvares én gang. Send en vigtig oplysning (notices), hvis der er nyt.',
      en: 'A contact request is answered once. If there is news, send a notice.',
    },
    rule: ours,
  },
  'citizen-already-referred': {
    status: 409,
    title: { da: 'Henvisningen er allerede registreret', en: 'The referral is already recorded' },
    detail: {
      da: 'At borgeren er bedt om at kontakte K-kassen, registreres én gang for hvert fravær.',
      en: 'That the citizen was asked to call K-kassen is recorded once for each absence.',
    },
    rule: ours,
  },
  'referral-not-needed': {
    status: 422,
    title: { da: 'Fraværet gik ikke til en ydelsesmyndighed', en: 'The absence did not go to a benefits office' },
    detail: {
      da: 'Borgeren bedes kun kontakte K-kassen om fravær, som en ydelsesmyndighed har modtaget.',
      en: 'The citizen is asked to call K-kassen about absences that a benefits office received, and no others.',
    },
    rule: section('§ 8'),
  },
  'referral-date-invalid': {
    status: 422,
    title: { da: 'Datoen for henvisningen passer ikke', en: 'The date of the referral does not fit' },
    detail: {
      da: 'Henvisningen sker fra fraværsdagen (from) til i dag (to).',
      en: 'The referral lies between the day of absence (from) and today (to).',
    },
    rule: ours,
  },
  'validity-in-the-past': {
    status: 422,
    title: { da: 'Ændringen begynder i fortiden', en: 'The change begins in the past' },
    detail: {
      da: 'Grundoplysninger ændres fra i dag (earliest) eller senere, aldrig bagud.',
      en: 'Reference data change from today (earliest) or later, never for the past.',
    },
    rule: ours,
  },
  'version-already-there': {
    status: 409,
    title: { da: 'Der begynder allerede en version den dag', en: 'A version begins on that day already' },
    detail: {
      da: 'Vælg en anden dag for den nye version (validFrom).',
      en: 'Choose another day for the new version (validFrom).',
    },
    rule: ours,
  },
  'organisation-incoherent': {
    status: 422,
    title: {
      da: 'Oplysningerne passer ikke til organisationens art',
      en: 'Does not fit the kinds of the organisation',
    },
    detail: {
      da: 'supplierKind hører til leverandører (og skal angives), copiesForMunicipality til ydelsesmyndigheder og auditedMunicipalities til tilsyn. member viser, hvad der er galt.',
      en: 'supplierKind belongs to suppliers (who have to state it), copiesForMunicipality to benefits offices, auditedMunicipalities to auditors. member names what is wrong.',
    },
    rule: ours,
  },
  'administration-locks-itself-out': {
    status: 409,
    title: { da: 'Forvaltningen ville miste sin adgang', en: 'The administration would lose its access' },
    detail: {
      da: 'Forvaltningen kan ikke lukke det system, den selv kalder med, eller fjerne sin egen art.',
      en: 'The administration cannot revoke the client that it calls with, nor give up being the administration.',
    },
    rule: ours,
  },
  'delivery-address-in-use': {
    status: 409,
    title: { da: 'Adressen er i brug', en: 'The address is in use' },
    detail: {
      da: 'En leveringsadresse, som bestillinger eller aktiviteter henviser til (addressIds), kan hverken fjernes eller omskrives. Tilføj en ny adresse, hvis leverandøren flytter.',
      en: 'A delivery address that orders or activities name (addressIds) can be neither removed nor reworded. Where a supplier moves, add a new address.',
    },
    rule: ours,
  },
  'organisation-kind-in-use': {
    status: 409,
    title: { da: 'Organisationen indgår i bestillinger', en: 'Orders name the organisation' },
    detail: {
      da: 'Kladder og godkendte bestillinger nævner organisationen som kinds. Afslut eller annullér dem først.',
      en: 'Drafts and approved orders name the organisation as kinds. End or cancel them first.',
    },
    rule: ours,
  },
  'budget-below-commitment': {
    status: 409,
    title: { da: 'Loftet er lavere end det godkendte', en: 'The ceiling is below what is approved' },
    detail: {
      da: 'De godkendte bestillinger udgør allerede mere (committedOere).',
      en: 'The approved orders already add up to more (committedOere).',
    },
    rule: { source: 'Partnerskabsaftale (003)', section: 'Økonomi' },
  },
} as const satisfies Record<string, ProblemEntry>
