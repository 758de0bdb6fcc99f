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
    signingOut: 'Du logges ud',
    signingOutText: 'Du er logget ud her. Et øjeblik, så logges du også ud af login-tjenesten.',
    signOutThere: 'Log ud af login-tjenesten',
    sessionOver: 'Log ind for at fortsætte',
    sessionOverText: 'Din session er slut. Den slutter efter en halv time uden brug og efter otte timer i alt.',
    heldEnded:
      'Din session var slut, da du sendte formularen, så intet er gemt endnu. Det, du skrev, er her stadig, så længe siden er åben.',
    heldOld:
      'Formularen blev lavet i en tidligere session, så intet er gemt endnu. Se efter, at det er dig, der er logget ind, og send den igen.',
    heldPurpose: 'Der er ikke angivet et formål i denne session, så intet er gemt endnu. Det, du skrev, er her stadig.',
    heldWritten: 'Det, du skrev',
    heldFirst: 'Først:',
    heldThen: 'Kom så tilbage til denne side, og send formularen igen.',
    signInNewTab: 'Log ind (åbner i en ny fane)',
    purposeNewTab: 'Angiv formålet (åbner i en ny fane)',
    sendAgain: 'Send igen',
    signInAsOther: 'Log ind som en anden',
    notAuditor: 'Denne side er for revisorer',
    notAuditorText: 'Den organisation er ikke registreret som revisor i portalen.',
    notAuditorUnknown:
      'Login-tjenesten nævner ingen organisation, som portalen kender. Spørg den, der administrerer dit login, eller portalens administration.',
    notAuditorAdministrator:
      'Administrationen læser de samme tal over API’et: /v1/compliance/summary og /v1/compliance/risk. Stikprøver og sager hører til hos revisor.',
    notAuditorSupplier:
      'En leverandør ser sine egne frister og afviste forsøg over API’et: /v1/obligations og /v1/refusals.',
    notAuditorOther: 'Spørg portalens administration, hvis den burde være det.',
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
    purposeWrong: 'Skriv et formål på 1 til 500 tegn og uden CPR-numre.',
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
    signingOut: 'You are being signed out',
    signingOutText: 'You are signed out here. In a moment the sign-in service signs you out as well.',
    signOutThere: 'Sign out of the sign-in service',
    sessionOver: 'Sign in to go on',
    sessionOverText: 'Your session is over. It ends after half an hour without use, and after eight hours in all.',
    heldEnded:
      'Your session was over when you sent the form, so nothing is kept yet. What you wrote is still here as long as this page is open.',
    heldOld:
      'The form was made in an earlier session, so nothing is kept yet. See that it is you who is signed in, and send it again.',
    heldPurpose: 'No purpose is stated in this session, so nothing is kept yet. What you wrote is still here.',
    heldWritten: 'What you wrote',
    heldFirst: 'First:',
    heldThen: 'Then come back to this page and send the form again.',
    signInNewTab: 'Sign in (opens in a new tab)',
    purposeNewTab: 'State the purpose (opens in a new tab)',
    sendAgain: 'Send again',
    signInAsOther: 'Sign in as somebody else',
    notAuditor: 'This page is for auditors',
    notAuditorText: 'The portal does not know that organisation as an auditor.',
    notAuditorUnknown:
      'The sign-in service names no organisation that the portal knows. Ask whoever keeps your sign-in, or the administration of the portal.',
    notAuditorAdministrator:
      'The administration reads the same figures through the API: /v1/compliance/summary and /v1/compliance/risk. Samples and cases are the auditor’s.',
    notAuditorSupplier:
      'A supplier sees its own duties and refused attempts through the API: /v1/obligations and /v1/refusals.',
    notAuditorOther: 'Ask the administration of the portal if it should be one.',
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
    purposeWrong: 'State a purpose of 1 to 500 characters, without CPR numbers.',
    purposeNow: 'Purpose in this session',
    changePurpose: 'Change purpose',
    continue: 'Continue',
  },
} as const

export type Words = { readonly [K in keyof (typeof ground)['da']]: string }

/** The page's words in a language. */
export const wordsIn = (language: Language): Words => ground[language]
