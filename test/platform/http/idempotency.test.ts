import { beforeEach, describe, expect, test } from 'vitest'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { tamper } from '#test/platform/audit/written-log.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { plainTrial, trialRoutes } from '#test/support/trial-route.ts'

const trial = plainTrial()
const portal = await testPortal({ routes: trialRoutes(trial) })
const nord = portal.as('supplier-nord')

let number = 0
const newKey = () => `key-${++number}`
const rows = async () => (await portal.sql(`select from change_log where entity = 'trial'`)).length
const post = (body: unknown, idempotencyKey: string, client = nord) =>
  client.post('/v1/trials', body, { idempotencyKey })
const code = (answer: { status: number; body: { code: string } }) => [answer.status, answer.body.code]

beforeEach(() => Object.assign(trial, plainTrial()))

describe('the same key again', () => {
  test('gives the first answer byte for byte, with its headers, and writes nothing', async () => {
    const key = newKey()
    const before = await rows()
    const first = await post({ text: 'blåbær' }, key)
    const again = await post({ text: 'blåbær' }, key)
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.text).toBe(first.text)
    for (const header of ['location', 'etag', 'content-type']) expect(again.headers[header]).toBe(first.headers[header])
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await rows()).toBe(before + 1)
    expect(trial.runs).toBe(1)
  })

  test('with other white space is the same request', async () => {
    const key = newKey()
    const first = await post('{"text":"a","amount":1}', key)
    expect((await post('{ "text": "a",\n "amount": 1 }', key)).text).toBe(first.text)
  })

  test('with another body is 422, and with another path too', async () => {
    const key = newKey()
    await post({ text: 'a' }, key)
    expect(code(await post({ text: 'b' }, key))).toEqual([422, 'idempotency-key-reused'])
    expect(code(await nord.post('/v1/trials?x=1', { text: 'a' }, { idempotencyKey: key }))).toEqual([
      422,
      'idempotency-key-reused',
    ])
    expect(trial.runs).toBe(1)
  })

  test('of another client is another key', async () => {
    const key = newKey()
    const first = await post({ text: 'a' }, key)
    const other = await post({ text: 'a' }, key, portal.as('supplier-syd'))
    expect([other.status, other.body.id === first.body.id]).toEqual([201, false])
    expect(other.headers).not.toHaveProperty('idempotency-replayed')
    expect((await post({ text: 'b' }, newKey(), portal.as('supplier-syd'))).status).toBe(201)
  })
})

describe('while the first is still running', () => {
  test('one of many executes; the others hear 409 or its answer', async () => {
    const key = newKey()
    const before = await rows()
    trial.before = () => new Promise((done) => setTimeout(done, 100))
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ text: 'a' }, key)))
    const created = answers.filter((answer) => answer.status === 201)
    expect(new Set(created.map((answer) => answer.text)).size).toBe(1)
    expect(created.filter((answer) => !answer.headers['idempotency-replayed'])).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(code(answer)).toEqual([409, 'request-in-progress'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(created.length).toBeLessThan(8)
    expect(await rows()).toBe(before + 1)
    expect(trial.runs).toBe(1)
    expect((await post({ text: 'a' }, key)).text).toBe(created[0]?.text)
  })

  test('others keys are not held up', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((done) => {
      release = done
    })
    trial.before = () => held
    const key = newKey()
    const slow = post({ text: 'a' }, key)
    await expect.poll(() => trial.runs).toBe(1)
    trial.before = async () => undefined
    expect((await post({ text: 'a' }, newKey())).status).toBe(201)
    expect((await post({ text: 'a' }, key, portal.as('supplier-syd'))).status).toBe(201)
    expect(code(await post({ text: 'a' }, key))).toEqual([409, 'request-in-progress'])
    release()
    expect((await slow).status).toBe(201)
  })
})

describe('what is not kept', () => {
  test('a refused call may be tried again under its key, with another body too', async () => {
    const key = newKey()
    const before = await rows()
    trial.before = async () => {
      throw new HttpProblem('absence-already-registered')
    }
    expect(code(await post({ text: 'a' }, key))).toEqual([409, 'absence-already-registered'])
    trial.before = async () => undefined
    const retried = await post({ text: 'b' }, key)
    expect(retried.status).toBe(201)
    expect(retried.headers).not.toHaveProperty('idempotency-replayed')
    expect(await rows()).toBe(before + 1)
  })

  test('an error of ours and a body that does not fit leave the key free', async () => {
    const key = newKey()
    trial.before = async () => {
      throw new Error('broken')
    }
    expect((await post({ text: 'a' }, key)).status).toBe(500)
    expect((await post({ text: 1 }, key)).status).toBe(400)
    trial.before = async () => undefined
    expect((await post({ text: 'a' }, key)).status).toBe(201)
  })
})

test('a crash between commit and answer: the retry gets the answer that was stored', async () => {
  const key = newKey()
  const before = await rows()
  trial.afterCommit = () => {
    throw new Error('the process died')
  }
  expect((await post({ text: 'a' }, key)).status).toBe(500)
  expect(await rows()).toBe(before + 1)
  trial.afterCommit = () => undefined
  const again = await post({ text: 'a' }, key)
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true'])
  const [row] = await portal.sql<{ entity_id: string }>(
    'select entity_id from change_log order by position desc limit 1',
  )
  expect(again.body.id).toBe(row?.entity_id)
  expect(await rows()).toBe(before + 1)
})

describe('the key itself', () => {
  test('has up to 255 characters', async () => {
    expect((await post({ text: 'a' }, 'k'.repeat(255))).status).toBe(201)
    for (const key of ['k'.repeat(256), '']) {
      const { status, body } = await post({ text: 'a' }, key)
      expect([status, body.code]).toEqual([400, 'invalid-request'])
      expect(body.errors[0].pointer.toLowerCase()).toBe('idempotency-key')
    }
  })

  test('is not needed', async () => {
    const [first, second] = [await nord.post('/v1/trials', { text: 'a' }), await nord.post('/v1/trials', { text: 'a' })]
    expect(first.body.id).not.toBe(second.body.id)
  })

  test('belongs to POST: a PUT is as often as it is sent', async () => {
    const path = '/v1/trials/01890000-0000-7000-8000-000000000001'
    const options = { ifMatch: '"1"', idempotencyKey: newKey() }
    expect((await nord.put(path, { text: 'a' }, options)).body).toEqual({ text: 'a' })
    expect((await nord.put(path, { text: 'b' }, options)).body).toEqual({ text: 'b' })
  })
})

test('refusals by a rule are kept on record, those of the protocol are not', async () => {
  const refusals = () =>
    portal.sql<{ rule: string; order_id: string | null }>('select rule, order_id, operation, client_id from refusals')
  await tamper(portal, 'delete from refusals')
  const orderId = '01890000-0000-7000-8000-000000060001'
  trial.before = async () => {
    throw new HttpProblem('absence-already-registered')
  }
  await nord.post('/v1/trials', { text: 'a', id: orderId })
  await nord.post('/v1/trials', { text: 'a' })
  await nord.post('/v1/trials', { text: 1 })
  trial.before = async () => {
    throw new HttpProblem('not-found')
  }
  await nord.post('/v1/trials', { text: 'a' })
  const kept = { rule: 'absence-already-registered', operation: 'createTrial', client_id: 'supplier-nord' }
  expect(await refusals()).toEqual([
    { ...kept, order_id: orderId },
    { ...kept, order_id: null },
  ])
})
