import { describe, expect, test } from 'vitest'
import { type Checkpoint, signCheckpoint } from '#platform/audit/checkpoints.ts'
import { generateSigningKey, parseSigningKey } from '#platform/audit/signing-key.ts'
import { sealedLog, tamper, verified } from './written-log.ts'

const key = await parseSigningKey(generateSigningKey())
const at = '2026-03-13T10:00:00.000Z'

describe('a checkpoint', () => {
  test('that was changed, or signed with a key that is not trusted, is found', async () => {
    const world = await sealedLog()
    const checkpoint = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    const { number } = checkpoint
    const trustedKeys = [key.publicKey.kid]
    await tamper(world, `update audit_checkpoints set at = at + interval '1 second'`)
    expect(await verified(world, { trustedKeys })).toMatchObject({ fault: { what: 'checkpoint-not-signed', number } })
    await tamper(world, `delete from audit_checkpoints`)
    const forger = await parseSigningKey(generateSigningKey())
    await signCheckpoint(world.workerDatabase, forger, at)
    expect(await verified(world, { trustedKeys })).toMatchObject({ fault: { what: 'checkpoint-key-unknown', number } })
    expect(await verified(world)).toMatchObject({ fault: null })
    const moved = { ...checkpoint, number: number - 1 }
    expect(await verified(world, { outside: [moved] })).toMatchObject({ fault: { what: 'checkpoint-not-signed' } })
  })

  test('whose key calls itself by the name of a trusted one is found', async () => {
    const world = await sealedLog()
    const trustedKeys = [key.publicKey.kid]
    const forger = await parseSigningKey(generateSigningKey())
    const unknown = { fault: { what: 'checkpoint-key-unknown' } }
    const named = { ...forger, publicKey: { ...forger.publicKey, kid: key.publicKey.kid } }
    const spoofed = (await signCheckpoint(world.workerDatabase, named, at)) as Checkpoint
    expect(await verified(world, { trustedKeys })).toMatchObject(unknown)
    expect(await verified(world)).toMatchObject(unknown)
    await tamper(world, `delete from audit_checkpoints`)
    expect(await verified(world, { trustedKeys, outside: [spoofed] })).toMatchObject(unknown)
    // The right key under another name: in the column, in the key, in the signature.
    const good = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    expect(await verified(world, { trustedKeys, outside: [good] })).toMatchObject({ fault: null })
    const renamed = { ...good, publicKey: { ...good.publicKey, kid: 'another' } }
    expect(await verified(world, { trustedKeys, outside: [renamed] })).toMatchObject(unknown)
    await tamper(world, `update audit_checkpoints set key_id = 'another'`)
    expect(await verified(world, { trustedKeys })).toMatchObject(unknown)
    await tamper(world, `delete from audit_checkpoints`)
    await signCheckpoint(world.workerDatabase, { ...key, publicKey: { ...key.publicKey, kid: 'another' } }, at)
    await tamper(
      world,
      `update audit_checkpoints set key_id = '${key.publicKey.kid}',
         public_key = public_key || '{"kid": "${key.publicKey.kid}"}'`,
    )
    expect(await verified(world, { trustedKeys })).toMatchObject(unknown)
  })

  test('is made once for an end, and shows a log that was rewritten from the first row on', async () => {
    const world = await sealedLog()
    await signCheckpoint(world.workerDatabase, key, at)
    expect(await signCheckpoint(world.workerDatabase, key, at)).toBeUndefined()
    // Whoever can call the database's own functions can make a chain that fits itself.
    await tamper(
      world,
      `update change_log set action = 'x'; delete from audit_chain; delete from audit_citizens;
       update audit_tail set last = 0, hash = decode(repeat('00', 32), 'hex');
       update audit_sealing set high = 0, fresh = '{}', fading = '{}'; select portal_seal_audit(1000, 1)`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'checkpoint-differs' } })
  })
})
