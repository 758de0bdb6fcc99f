import { demoId } from './identifiers.ts'

/** An invented person. The CPR number is a replacement number: 60 is added to the day, so nobody can have it. */
export type DemoCitizen = {
  readonly id: string
  readonly cpr: string
  readonly name: string
  readonly residenceMunicipality: string
}

const citizen = (number: number, cpr: string, name: string, residenceMunicipality = '0101'): DemoCitizen => ({
  id: demoId('citizen', number),
  cpr,
  name,
  residenceMunicipality,
})

/** The citizens of the demo orders, one each. */
export const demoCitizens = {
  activityReady: citizen(1, '6203851231', 'Karla Opdigtsen'),
  sicknessBenefit: citizen(2, '7407791452', 'Jens Prøvestrup'),
  dragoer: citizen(3, '6911683017', 'Birthe Attrapgaard', '0155'),
  draft: citizen(4, '8105922114', 'Mikkel Eksempelsen'),
  draftToCancel: citizen(5, '6609901873', 'Amina Modelholt'),
  awaitingWithPlan: citizen(6, '7202943356', 'Signe Fiktivsen'),
  awaitingWithoutPlan: citizen(7, '8812711908', 'Torben Demofeldt'),
  supplierSyd: citizen(8, '6508882765', 'Leyla Skuespilsen'),
  currentAtKKassen: citizen(9, '7706952240', 'Rasmus Påfundsen'),
  currentAtJobcenter: citizen(10, '8310761199', 'Hanne Luftkastel'),
} as const satisfies Record<string, DemoCitizen>

/** A person whom the seeded portal does not know, for an order that an example places. */
export const demoNewcomer = { cpr: '6101901234', name: 'Nikolaj Nyopfindsen', residenceMunicipality: '0101' } as const
