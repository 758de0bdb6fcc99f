import type { Language } from '#platform/http/problems/problem.ts'

/** The page's words outside of figures and inspections. */
const ground = {
  da: {
    product: 'Udbudsportal, revisorens side',
    skip: 'Gå til indholdet',
    mainMenu: 'Sider',
    overview: 'Overblik',
    risk: 'Risikorækkefølge',
    inspections: 'Tilsyn',
    definitions: 'Definitioner',
    otherLanguage: 'English',
    otherLanguageLabel: 'Show this page in English',
    signedInAs: 'Logget ind som',
    signIn: 'Log ind',
    signOut: 'Log ud',
    signedOut: 'Du er logget ud',
    signedOutText: 'Din session på denne side er slut.',
    notAuditor: 'Denne side er for revisorer',
    notAuditorText:
      'Du er logget ind, men din organisation er ikke registreret som revisor i portalen. Spørg portalens administration, hvis den burde være det.',
    signInFailed: 'Du blev ikke logget ind',
    signInFailedText:
      'Svaret fra login-tjenesten passede ikke til et login, der er begyndt i denne browser, eller det var brugt. Prøv igen.',
    issuerAway: 'Login-tjenesten svarer ikke',
    issuerAwayText: 'Prøv igen om lidt.',
    tryAgain: 'Log ind igen',
    formExpired: 'Formularen var for gammel',
    formExpiredText: 'Gå tilbage, genindlæs siden, og send den igen.',
    back: 'Tilbage til overblikket',
    purpose: 'Formål',
    purposeHeading: 'Hvorfor skal du se personoplysninger?',
    purposeText:
      'Sagen indeholder oplysninger om en borger. Dit formål skrives i opslagsloggen sammen med hvert opslag, du laver i denne session.',
    purposeLabel: 'Formål med opslagene',
    purposeHint: 'For eksempel: årligt tilsyn med leverandøren, stikprøve 2026.',
    purposeWrong: 'Skriv et formål på 1 til 500 tegn.',
    purposeNow: 'Formål i denne session',
    changePurpose: 'Skift formål',
    continue: 'Fortsæt',
  },
  en: {
    product: "Udbudsportal, the auditor's page",
    skip: 'Skip to content',
    mainMenu: 'Pages',
    overview: 'Overview',
    risk: 'Risk order',
    inspections: 'Inspections',
    definitions: 'Definitions',
    otherLanguage: 'Dansk',
    otherLanguageLabel: 'Vis siden på dansk',
    signedInAs: 'Signed in as',
    signIn: 'Sign in',
    signOut: 'Sign out',
    signedOut: 'You are signed out',
    signedOutText: 'Your session on this page is over.',
    notAuditor: 'This page is for auditors',
    notAuditorText:
      'You are signed in, but the portal does not know your organisation as an auditor. Ask its administration if it should.',
    signInFailed: 'You were not signed in',
    signInFailedText:
      'What the sign-in service answered does not belong to a sign-in that began in this browser, or it was used before. Try again.',
    issuerAway: 'The sign-in service does not answer',
    issuerAwayText: 'Try again in a moment.',
    tryAgain: 'Sign in again',
    formExpired: 'The form was too old',
    formExpiredText: 'Go back, reload the page and send it again.',
    back: 'Back to the overview',
    purpose: 'Purpose',
    purposeHeading: 'Why do you need to see personal data?',
    purposeText:
      'The case holds data on a citizen. Your purpose is written to the look-up log with each look-up that you make in this session.',
    purposeLabel: 'Purpose of the look-ups',
    purposeHint: 'For instance: yearly inspection of the supplier, sample of 2026.',
    purposeWrong: 'State a purpose of 1 to 500 characters.',
    purposeNow: 'Purpose in this session',
    changePurpose: 'Change purpose',
    continue: 'Continue',
  },
} as const

export type Words = { readonly [K in keyof (typeof ground)['da']]: string }

/** The page's words in a language. */
export const wordsIn = (language: Language): Words => ground[language]
