/** The client under which the auditor's page signs people in; a public one, held by PKCE. */
export const pageClient = 'auditor-page'

/** The password of everybody at the development issuer. */
export const developmentPassword = 'demo'

/** Someone who can sign in at the development issuer. */
export type DevelopmentPerson = {
  readonly id: string
  readonly name: string
  readonly describedAs: string
  /** The claim `portal_organisation`: an API client id or an organisation's id. */
  readonly organisation: string
}

/** Invented people: an auditor of everyone, and one of Dragør's citizens alone. */
export const developmentPeople: readonly DevelopmentPerson[] = [
  {
    id: 'karla',
    name: 'Karla Kontrolsen',
    describedAs: 'Revision København: alle borgere / all citizens',
    organisation: 'auditor-koebenhavn',
  },
  {
    id: 'dines',
    name: 'Dines Dragsholm',
    describedAs: 'Revision Dragør: borgere i 0155 / citizens of 0155',
    organisation: 'auditor-dragoer',
  },
]
