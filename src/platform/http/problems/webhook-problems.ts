import { ours, type ProblemEntry } from './problem-entry.ts'

/** Refusals around webhook endpoints and deliveries. */
export const webhookProblems = {
  'webhook-url-not-allowed': {
    status: 422,
    title: { da: 'Adressen kan ikke bruges', en: 'The URL cannot be used' },
    detail: {
      da: 'En webhook går over HTTPS til en adresse på det åbne internet, uden brugernavn og fragment. because siger, hvad der er i vejen: scheme, credentials, fragment eller address.',
      en: 'A webhook goes over HTTPS to an address on the public internet, without credentials or fragment. because tells what is wrong: scheme, credentials, fragment or address.',
    },
    rule: ours,
  },
  'unknown-event-type': {
    status: 422,
    title: { da: 'Ukendt hændelse', en: 'Unknown event type' },
    detail: {
      da: 'eventTypes nævner hændelser fra dokumentationen, eller * for alle. unknown viser dem, der ikke findes.',
      en: 'eventTypes names documented types, or * for all. unknown lists those that there are not.',
    },
    rule: ours,
  },
  'too-many-endpoints': {
    status: 409,
    title: { da: 'For mange modtagere', en: 'Too many endpoints' },
    detail: {
      da: 'En organisation har højst tyve webhooks. Slet en, der ikke bruges.',
      en: 'An organisation has at most twenty webhook endpoints. Delete one that is not used.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
