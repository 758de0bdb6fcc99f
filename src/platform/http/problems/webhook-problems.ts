import { ours, type ProblemEntry } from './problem-entry.ts'

/** Refusals around webhook endpoints and deliveries. */
export const webhookProblems = {
  'webhook-url-not-allowed': {
    status: 422,
    title: { da: 'Adressen kan ikke bruges', en: 'The URL cannot be used' },
    detail: {
      da: 'En webhook går over HTTPS på port 443 eller 8443 til en adresse på det åbne internet, uden brugernavn og fragment. because siger, hvad der er i vejen: scheme, credentials, fragment, port, address, mixed-addresses, når navnet også fører til en adresse, som ikke er tilladt, eller name-not-found, når navnet ikke blev fundet i tide.',
      en: 'A webhook goes over HTTPS on port 443 or 8443 to an address on the public internet, without credentials or fragment. because tells what is wrong: scheme, credentials, fragment, port, address, mixed-addresses when the name also leads to an address that is not allowed, or name-not-found when the name was not found in time.',
    },
    rule: ours,
  },
  'unknown-event-type': {
    status: 422,
    title: { da: 'Ukendt hændelse', en: 'Unknown event type' },
    detail: {
      da: 'Brug hændelser fra dokumentationen; eventTypes tager også * for alle. errors viser dem, der ikke findes.',
      en: 'Use the documented types; eventTypes also takes * for all. errors lists those that there are not.',
    },
    rule: ours,
  },
  'unknown-webhook-filter': {
    status: 422,
    title: { da: 'Ukendt i filteret', en: 'Unknown in the filters' },
    detail: {
      da: 'Et filter for en webhook eller for hændelserne nævner målgrupper fra kodesættet target-groups, nutidige eller tidligere, jobcentre og bestillinger, som du kan se. errors viser dem, der ikke findes for dig.',
      en: 'A filter of a webhook or of the feed names target groups of the code set target-groups, whether of today or of earlier, jobcenters, and orders that you see. errors lists those that there are not for you.',
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
  'webhook-endpoint-deleted': {
    status: 409,
    title: { da: 'Modtageren er slettet', en: 'The endpoint was deleted' },
    detail: {
      da: 'Der sendes intet mere til en slettet webhook. Opret en ny, og send hændelserne igen til den.',
      en: 'Nothing more is posted to a deleted endpoint. Make a new one and replay the events to it.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
