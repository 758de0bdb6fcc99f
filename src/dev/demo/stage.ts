import type { Ledger } from './ledger.ts'
import type { Narrator } from './narrator.ts'
import type { Party, PortalClient } from './portal-client.ts'
import type { Week } from './week.ts'

/** The systems that take part. */
export type Cast = {
  readonly jobcenter: Party
  readonly supplier: Party
  readonly otherSupplier: Party
  readonly kKassen: Party
}

/** Everything that a chapter of the story is played with. */
export type Stage = {
  readonly portal: PortalClient
  readonly cast: Cast
  readonly narrator: Narrator
  readonly ledger: Ledger
  readonly week: Week
  /** Hears each CPR number that the run makes up, before it is sent. */
  readonly numberMade: (cpr: string) => void
}

/** A citizen's course as the story knows it. */
export type Course = {
  readonly citizen: string
  readonly orderId: string
  readonly activityId: string
}

/** The supplier's person who answers for what it writes. */
export const registrar = { name: 'Nora Nordstrup', email: 'nora@leverandoer-nord.example' } as const
