import type { ProblemEntry } from './problem-entry.ts'

/** Problems of HTTP, of the token and of the request's form: none of them is a rule of the domain. */
export const protocolProblems = {
  'invalid-request': {
    status: 400,
    title: { da: 'Anmodningen har ikke den rigtige form', en: 'The request does not have the right form' },
    detail: {
      da: 'Se errors: hver post peger på det sted, der skal rettes. Intet er gemt.',
      en: 'See errors: each entry points at what has to be corrected. Nothing was stored.',
    },
  },
  'malformed-json': {
    status: 400,
    title: { da: 'Indholdet kan ikke læses som JSON', en: 'The body cannot be read as JSON' },
    detail: {
      da: 'Send gyldig JSON i UTF-8 uden NUL-tegn.',
      en: 'Send valid JSON in UTF-8, without NUL characters or lone surrogates.',
    },
  },
  'malformed-form': {
    status: 400,
    title: { da: 'Formularen kan ikke læses', en: 'The form cannot be read' },
    detail: {
      da: 'Send multipart/form-data med den afgrænsning (boundary), som Content-Type nævner, og send den til ende.',
      en: 'Send multipart/form-data with the boundary that Content-Type names, to its end.',
    },
  },
  'malformed-request': {
    status: 400,
    title: { da: 'Anmodningen kan ikke læses', en: 'The request cannot be read' },
    detail: {
      da: 'Adressen eller HTTP-beskeden er ikke velformet.',
      en: 'The URL or the HTTP message is not well formed.',
    },
  },
  'invalid-cursor': {
    status: 400,
    title: { da: 'Ugyldig markør', en: 'Invalid cursor' },
    detail: {
      da: 'Brug next fra den forrige side, som den er.',
      en: 'Use next of the page before, unchanged.',
    },
  },
  'events-gone': {
    status: 410,
    title: { da: 'Hændelserne gemmes ikke længere', en: 'The events are no longer kept' },
    detail: {
      da: 'Noget af det, der spørges om, er slettet, fordi det er ældre end feedet rækker tilbage. Hent den aktuelle tilstand fra ressourcerne, og gå videre fra oldestCursor (feedet) eller oldestSequence (gensending).',
      en: 'Some of what is asked for was deleted, being older than the feed reaches back. Fetch how things stand from the resources, and go on from oldestCursor (the feed) or oldestSequence (a replay).',
    },
  },
  'purpose-required': {
    status: 400,
    title: { da: 'Formålet mangler', en: 'The purpose is missing' },
    detail: {
      da: 'Tilsyn og revision angiver formålet med opslag i personoplysninger i X-Purpose; det gemmes i opslagsloggen.',
      en: 'Auditors state why they read personal data in X-Purpose; it is kept in the look-up log.',
    },
  },
  unauthenticated: {
    status: 401,
    title: { da: 'Der mangler et adgangstoken', en: 'An access token is missing' },
    detail: {
      da: 'Send Authorization: Bearer med et gyldigt token.',
      en: 'Send Authorization: Bearer with a valid token.',
    },
  },
  'invalid-token': {
    status: 401,
    title: { da: 'Tokenet kan ikke bruges', en: 'The token cannot be used' },
    detail: {
      da: 'Tokenet er udløbet, er ikke udstedt til portalen af den rigtige udsteder, eller dets signatur passer ikke. Hent et nyt.',
      en: 'The token has expired, was not issued for the portal by its issuer, or its signature does not fit. Get a new one.',
    },
  },
  'unknown-client': {
    status: 401,
    title: { da: 'Systemet er ikke registreret', en: 'The client is not registered' },
    detail: {
      da: 'Tokenets client_id er ikke et af portalens systemer. Forvaltningen registrerer det.',
      en: "The token's client_id is none of the portal's API clients. The administration registers it.",
    },
  },
  'client-revoked': {
    status: 401,
    title: { da: 'Systemets adgang er lukket', en: "The client's access was revoked" },
    detail: { da: 'Forvaltningen har lukket adgangen.', en: 'The administration revoked it.' },
  },
  forbidden: {
    status: 403,
    title: { da: 'Det kan denne slags organisation ikke', en: 'Not for this kind of organisation' },
    detail: {
      da: 'Handlingen hører til en anden slags organisation.',
      en: 'The operation belongs to another kind of organisation.',
    },
  },
  'insufficient-scope': {
    status: 403,
    title: { da: 'Tokenet rækker ikke', en: 'The token does not reach that far' },
    detail: {
      da: 'Hent et token med det nødvendige scope.',
      en: 'Get a token with the scope that the operation needs.',
    },
  },
  'not-found': {
    status: 404,
    title: { da: 'Findes ikke', en: 'Not found' },
    detail: {
      da: 'Der er intet her, som du kan se.',
      en: 'There is nothing here that you may see.',
    },
  },
  'method-not-allowed': {
    status: 405,
    title: { da: 'Metoden findes ikke her', en: 'Method not allowed' },
    detail: { da: 'Allow viser de metoder, der findes.', en: 'Allow lists the methods that exist.' },
  },
  'not-acceptable': {
    status: 406,
    title: { da: 'Formatet findes ikke', en: 'Not acceptable' },
    detail: {
      da: 'Svaret findes ikke i det format, som Accept beder om.',
      en: 'The answer does not exist in the form that Accept asks for.',
    },
  },
  'request-timeout': {
    status: 408,
    title: { da: 'Anmodningen kom for langsomt', en: 'The request arrived too slowly' },
    detail: { da: 'Forbindelsen er lukket; intet er gemt.', en: 'The connection was closed; nothing was stored.' },
  },
  'request-in-progress': {
    status: 409,
    title: { da: 'Samme nøgle er i gang', en: 'The same key is in progress' },
    detail: {
      da: 'En anmodning med denne Idempotency-Key er endnu ikke besvaret. Prøv igen om lidt.',
      en: 'A request with this Idempotency-Key has not been answered yet. Try again shortly.',
    },
  },
  conflict: {
    status: 409,
    title: { da: 'Noget andet står i vejen', en: 'Another record stands against it' },
    detail: {
      da: 'Noget er skrevet i mellemtiden, som dette ikke kan stå sammen med. Hent på ny, og prøv igen.',
      en: 'Something was written in the meantime that this cannot stand beside. Fetch again and retry.',
    },
  },
  'precondition-failed': {
    status: 412,
    title: { da: 'Ændret i mellemtiden', en: 'Changed in the meantime' },
    detail: { da: 'If-Match passer ikke længere. Hent på ny.', en: 'If-Match no longer fits. Fetch it again.' },
  },
  'payload-too-large': {
    status: 413,
    title: { da: 'For stor', en: 'Too large' },
    detail: { da: 'Indholdet er større, end der tages imod her.', en: 'The body is larger than is taken here.' },
  },
  'uri-too-long': {
    status: 414,
    title: { da: 'Adressen er for lang', en: 'The URL is too long' },
    detail: {
      da: 'En del af adressen er længere, end den kan være.',
      en: 'A part of the URL is longer than it can be.',
    },
  },
  'unsupported-media-type': {
    status: 415,
    title: { da: 'Formatet tages ikke imod', en: 'Unsupported media type' },
    detail: {
      da: 'Send application/json, eller multipart/form-data hvor en fil sendes, ukomprimeret.',
      en: 'Send application/json, or multipart/form-data where a file is sent, uncompressed.',
    },
  },
  'idempotency-key-reused': {
    status: 422,
    title: { da: 'Nøglen er brugt til noget andet', en: 'The key was used for something else' },
    detail: {
      da: 'Denne Idempotency-Key hører til en anden anmodning. Brug en ny nøgle til en ny anmodning.',
      en: 'This Idempotency-Key belongs to another request. Use a new key for a new request.',
    },
  },
  'if-match-required': {
    status: 428,
    title: { da: 'If-Match mangler', en: 'If-Match is required' },
    detail: {
      da: 'Send ETag fra den udgave, du vil ændre.',
      en: 'Send the ETag of the version that you mean to change.',
    },
  },
  'rate-limited': {
    status: 429,
    title: { da: 'For mange anmodninger', en: 'Too many requests' },
    detail: { da: 'Vent, som Retry-After siger.', en: 'Wait as Retry-After says.' },
  },
  'headers-too-large': {
    status: 431,
    title: { da: 'For store hoveder', en: 'Header fields too large' },
    detail: { da: 'Anmodningens hoveder er for store.', en: 'The header fields are too large.' },
  },
  'internal-error': {
    status: 500,
    title: { da: 'En fejl hos os', en: 'An error of ours' },
    detail: {
      da: 'Fejlen er noteret under anmodningens id (instance). Prøv igen med samme Idempotency-Key.',
      en: "It was noted under the request's id (instance). Try again with the same Idempotency-Key.",
    },
  },
  'temporarily-unavailable': {
    status: 503,
    title: { da: 'Midlertidigt utilgængelig', en: 'Temporarily unavailable' },
    detail: {
      da: 'Prøv igen, som Retry-After siger, med samme Idempotency-Key: så registreres intet to gange.',
      en: 'Try again as Retry-After says, with the same Idempotency-Key: then nothing is registered twice.',
    },
  },
  'audit-log-unavailable': {
    status: 503,
    title: { da: 'Loggen kan ikke skrives', en: 'The audit log cannot be written' },
    detail: {
      da: 'Opslag og ændringer logføres, før der svares. Det kan ikke ske lige nu, så intet er vist og intet registreret. Prøv igen, som Retry-After siger, med samme Idempotency-Key.',
      en: 'Readings and changes are logged before they are answered. That cannot be done now, so nothing was shown and nothing registered. Try again as Retry-After says, with the same Idempotency-Key.',
    },
  },
  'issuer-unavailable': {
    status: 503,
    title: { da: 'Tokenudstederen svarer ikke', en: 'The token issuer does not answer' },
    detail: {
      da: 'Udstederens nøgler kan ikke hentes lige nu. Prøv igen.',
      en: "The issuer's keys cannot be fetched at the moment. Try again.",
    },
  },
} as const satisfies Record<string, ProblemEntry>
