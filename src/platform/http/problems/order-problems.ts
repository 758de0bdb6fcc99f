import { ours, type ProblemEntry, section } from './problem-entry.ts'

/** Refusals of the rules on orders and hours (src/rules/order). */
export const orderProblems = {
  'approval-needs-second-person': {
    status: 409,
    title: { da: 'En anden person skal godkende', en: 'A second person has to approve' },
    detail: {
      da: 'Bestillingen godkendes af en teamchef eller en bemyndiget, som ikke selv har udarbejdet den.',
      en: 'An order is approved by a team manager or a delegate other than the person who drafted it.',
    },
    rule: section('§ 1'),
  },
  'contact-person-missing': {
    status: 409,
    title: { da: 'Kontaktperson eller sikker e-mail mangler', en: 'A contact person or secure e-mail is missing' },
    detail: {
      da: 'Begge parter skal have en kontaktperson og en sikker e-mail, før der kan bestilles.',
      en: 'Both parties need a contact person and a secure e-mail address before an order can be placed.',
    },
    rule: section('§ 17, § 18'),
  },
  'party-kind-missing': {
    status: 409,
    title: {
      da: 'Parten er ikke længere leverandør eller jobcenter',
      en: 'A party is no supplier or jobcenter any more',
    },
    detail: {
      da: 'En bestilling godkendes hos en leverandør, af et jobcenter; lacking viser, hvem der ikke længere er det.',
      en: 'An order is approved at a supplier, by a jobcenter; lacking names which of them no longer is one.',
    },
    rule: ours,
  },
  'agreement-not-valid': {
    status: 422,
    title: { da: 'Rammeaftalen dækker ikke', en: 'The framework agreement does not cover this' },
    detail: {
      da: 'Tilbud, målgruppe og datoer skal ligge inden for leverandørens rammeaftale; outside viser hvad der ikke gør.',
      en: "Offer, target group and dates lie within the supplier's framework agreement; outside names what does not.",
    },
    rule: section('§ 14'),
  },
  'budget-exceeded': {
    status: 409,
    title: { da: 'Rammen er brugt', en: 'The ceiling would be passed' },
    detail: {
      da: 'Godkendelsen ville overskride rammeaftalens økonomiske ramme.',
      en: "Approving this would pass the framework agreement's ceiling.",
    },
    rule: { source: 'Partnerskabsaftale (003)', section: 'Økonomi' },
  },
  'plan-exceeds-order': {
    status: 422,
    title: { da: 'Planen har flere timer end bestilt', en: 'The plan has more than was ordered' },
    detail: {
      da: 'De planlagte minutter må ikke overstige de bestilte.',
      en: 'The planned minutes never pass the ordered minutes.',
    },
    rule: section('§ 4'),
  },
  'plan-outside-order': {
    status: 422,
    title: { da: 'Dage uden for bestillingen', en: 'Days outside the order' },
    detail: {
      da: 'Der kan kun planlægges fra bestillingens start til dens slut; dates viser de dage, der falder udenfor.',
      en: "Days are planned from the order's start to its end; dates lists those that fall outside.",
    },
    rule: section('§ 4'),
  },
  'plan-day-too-long': {
    status: 422,
    title: { da: 'En dag er længere end et døgn', en: 'A day is longer than a day' },
    detail: {
      da: 'Dagens aktiviteter varer tilsammen højst 1.440 minutter; dates viser de dage, hvor planen har flere.',
      en: 'The activities of a day last 1,440 minutes together at most; dates lists the days that hold more.',
    },
    rule: ours,
  },
  'plan-total-differs': {
    status: 422,
    title: { da: 'Planen går ikke op', en: 'The plan does not add up' },
    detail: {
      da: 'En plan, der meldes fuldstændig, svarer præcist til det bestilte antal minutter.',
      en: 'A plan that is declared complete adds up to the ordered minutes exactly.',
    },
    rule: section('§ 4'),
  },
  'plan-conflicts-with-record': {
    status: 409,
    title: { da: 'Planen er mindre end det registrerede', en: 'The plan is below what is registered' },
    detail: {
      da: 'På de nævnte datoer (dates) er der registreret mere, end planen nu rummer.',
      en: 'On the dates listed, more is registered than the plan would now hold.',
    },
    rule: ours,
  },
  'activity-not-approved': {
    status: 409,
    title: { da: 'Aktiviteten er ikke godkendt', en: 'The activity is not approved' },
    detail: {
      da: 'Intet planlægges eller registreres på en aktivitet, før jobcentret har godkendt den.',
      en: 'Nothing is planned or registered on an activity before the jobcenter approved it.',
    },
    rule: section('§ 4, § 14, § 16'),
  },
  'unknown-delivery-address': {
    status: 422,
    title: { da: 'Ukendt leveringsadresse', en: 'Unknown delivery address' },
    detail: {
      da: 'Adressen er ikke en af leverandørens registrerede leveringsadresser.',
      en: "The address is none of the supplier's registered delivery addresses.",
    },
    rule: section('§ 4'),
  },
  'order-state': {
    status: 409,
    title: { da: 'Bestillingens status tillader det ikke', en: "The order's state does not allow it" },
    detail: {
      da: 'orderStatus og courseStatus viser, hvor bestillingen er; allowedIn viser, hvornår handlingen er mulig.',
      en: 'orderStatus and courseStatus say where the order is; allowedIn says when the operation is possible.',
    },
    rule: ours,
  },
  'hours-changed-by-supplier': {
    status: 403,
    title: { da: 'Kun jobcentret ændrer bestillingen', en: 'Only the jobcenter changes an order' },
    detail: {
      da: 'Timer, uger og datoer ændres af det bestillende jobcenter.',
      en: 'Hours, weeks and dates are changed by the ordering jobcenter.',
    },
    rule: section('§ 4'),
  },
  'unknown-termination-cause': {
    status: 422,
    title: { da: 'Ukendt årsag til ophør', en: 'Unknown cause of the end' },
    detail: {
      da: 'Årsagen er ikke i kodesættet termination-causes den dag (GET /v1/code-sets/termination-causes).',
      en: 'The cause is not in the code set termination-causes on that day (GET /v1/code-sets/termination-causes).',
    },
    rule: ours,
  },
  'termination-cause-not-allowed': {
    status: 403,
    title: { da: 'Årsagen er ikke afsenderens', en: "The cause is not the caller's to give" },
    detail: {
      da: 'En ydelsesenhed afslutter et forløb, fordi ydelsen er ophørt (allowedCauses).',
      en: 'A benefits office ends a course because the benefit stopped (allowedCauses).',
    },
    rule: section('§ 8'),
  },
  'course-has-started': {
    status: 422,
    title: { da: 'Forløbet er begyndt', en: 'The course has started' },
    detail: {
      da: 'Borgeren var der eller er registreret fraværende (recordedOn), så forløbet er begyndt; angiv en anden årsag.',
      en: 'The citizen was there or is registered absent (recordedOn), so the course has started; give another cause.',
    },
    rule: section('§ 7'),
  },
  'termination-date': {
    status: 422,
    title: { da: 'Slutdatoen passer ikke', en: 'The date of the end does not fit' },
    detail: {
      da: 'Et forløb slutter på en af sine dage (from til to), som ikke ligger i fremtiden, og ikke før det registrerede (recordedAfter), medmindre en myndighed melder, at ydelsen er ophørt.',
      en: 'A course ends on one of its days (from, to) that does not lie ahead, and not before what is registered (recordedAfter) unless an authority tells that the benefit stopped.',
    },
    rule: ours,
  },
  'homework-not-allowed': {
    status: 422,
    title: { da: 'Hjemmearbejde kan ikke planlægges', en: 'No work is set for home' },
    detail: {
      da: 'En aktivitet foregår hos leverandøren, i en virksomhed, hos en myndighed eller et andet sted, aldrig i borgerens hjem.',
      en: "An activity takes place at the supplier's, at a company, at an authority or elsewhere, never in the citizen's home.",
    },
    rule: section('§ 4'),
  },
  'placement-needs-company': {
    status: 422,
    title: { da: 'Virksomheden mangler', en: 'The company is missing' },
    detail: {
      da: 'Virksomhedspraktik og løntilskud foregår i en virksomhed, som nævnes ved navn (place.kind company, place.name).',
      en: 'A work placement or a wage subsidy is at a company, given by its name (place.kind company, place.name).',
    },
    rule: ours,
  },
  'activity-already-decided': {
    status: 409,
    title: { da: 'Aktiviteten er allerede afgjort', en: 'The activity was decided already' },
    detail: {
      da: 'En foreslået aktivitet afgøres én gang; activityStatus viser udfaldet.',
      en: 'A proposed activity is decided once; activityStatus is the outcome.',
    },
    rule: ours,
  },
  'order-incoherent': {
    status: 422,
    title: { da: 'Bestillingens datoer hænger ikke sammen', en: "The order's dates do not fit together" },
    detail: {
      da: 'Slutdatoen ligger ikke før startdatoen, og første møde ligger på en dag i forløbet.',
      en: 'The end is not before the start, and the first meeting is on a day of the course.',
    },
    rule: ours,
  },
  'unknown-target-group': {
    status: 422,
    title: { da: 'Ukendt målgruppe', en: 'Unknown target group' },
    detail: {
      da: 'Målgruppen findes ikke i kodesættet target-groups på bestillingens startdato.',
      en: "The target group is not in the code set target-groups on the order's start date.",
    },
    rule: section('§ 7'),
  },
  'citizen-number-invalid': {
    status: 422,
    title: { da: 'CPR-nummeret findes ikke', en: 'Not a CPR number' },
    detail: {
      da: 'Ti cifre med en rigtig dato; ved erstatningsnumre er dagen lagt 60 til.',
      en: 'Ten digits with a real date; replacement numbers add 60 to the day.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
