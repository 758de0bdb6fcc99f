import { expect, test } from 'vitest'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()

test('a portal on a migrated database is live and ready', async () => {
  expect((await portal.anonymous.get('/health/live')).body).toEqual({ status: 'live' })
  expect((await portal.anonymous.get('/health/ready')).body).toEqual({ status: 'ready' })
})
