const kinds = {
  organisation: '0001',
  contactPerson: '0002',
  deliveryAddress: '0003',
  frameworkAgreement: '0004',
  citizen: '0005',
  order: '0006',
  activity: '0007',
} as const

/** The fixed identifier of a demo row, in the shape of a UUID v7: the last eight digits are its kind and its number. */
export const demoId = (kind: keyof typeof kinds, number: number): string =>
  `01890000-0000-7000-8000-0000${kinds[kind]}${String(number).padStart(4, '0')}`
