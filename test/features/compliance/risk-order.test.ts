import { expect, test } from 'vitest'
import { agreements, organisations } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { ownOrders } from './support.ts'

test('a supplier without any case of its own stands last, whatever the others have', async () => {
  const portal = await testPortal()
  const own = ownOrders(portal)
  const { supplierNord, supplierSyd } = organisations
  // Nobody says what became of the one's first meeting; of the other's course nothing is due yet.
  await own.ordered('2026-03-02', '2026-02-25', {
    ...{ supplierId: supplierSyd.id, offer: 'company-course' },
    frameworkAgreementId: agreements.supplierSyd.id,
    deliveryAddressId: supplierSyd.deliveryAddresses[0]?.id,
  })
  await own.ordered('2026-04-06', '2026-03-13')
  await own.figuresNow()
  const path = `/v1/compliance/risk?from=2026-01-01&to=2026-12-31&residenceMunicipality=${own.municipality}`
  const { body } = await portal.as('auditor-koebenhavn').get(path)
  const [first, last] = body.suppliers
  expect([first.supplier.id, last.supplier.id]).toEqual([supplierSyd.id, supplierNord.id])
  // Both are at the average, which is made of the one's cases alone.
  expect(last.score).toBe(first.score)
  expect(last.parts.every((part: { of: number }) => part.of === 0)).toBe(true)
})
