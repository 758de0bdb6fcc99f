import { createSocket } from 'node:dgram'
import { afterwards } from '#test/support/test-database.ts'

type Kind = 'A' | 'AAAA'

/** What a name server does with a question: addresses (none: the name has no such), no such name, or nothing at all. */
export type Told = readonly string[] | 'no-such-name' | 'silence'

const types: Readonly<Record<number, Kind>> = { 1: 'A', 28: 'AAAA' }

const bytesOf = (address: string): Buffer => {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  if (address !== '::1') throw new Error('of IPv6 this name server knows ::1 alone')
  return Buffer.concat([Buffer.alloc(15), Buffer.from([1])])
}

const answerTo = (question: Buffer, end: number, told: readonly string[] | 'no-such-name'): Buffer => {
  const addresses = told === 'no-such-name' ? [] : told
  const head = Buffer.from(question.subarray(0, 12))
  head.writeUInt16BE(told === 'no-such-name' ? 0x8183 : 0x8180, 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt32BE(0, 8)
  const records = addresses.map((address) => {
    const data = bytesOf(address)
    const record = Buffer.alloc(12)
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(data.length === 4 ? 1 : 28, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt32BE(60, 6)
    record.writeUInt16BE(data.length, 10)
    return Buffer.concat([record, data])
  })
  return Buffer.concat([head, question.subarray(12, end), ...records])
}

/** Starts a name server on UDP that tells what it is told to, and keeps what it was asked (`A name`). */
export const startNameServer = async (tell: (name: string, kind: Kind) => Told | Promise<Told>) => {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', async (question, from) => {
    const labels: string[] = []
    let at = 12
    while (question[at]) {
      const length = question[at] ?? 0
      labels.push(question.toString('latin1', at + 1, at + 1 + length))
      at += length + 1
    }
    const kind = types[question.readUInt16BE(at + 1)] ?? 'A'
    const name = labels.join('.').toLowerCase()
    asked.push(`${kind} ${name}`)
    const told = await tell(name, kind)
    if (told !== 'silence') socket.send(answerTo(question, at + 5, told), from.port, from.address)
  })
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  afterwards(async () => void socket.close())
  return { server: `127.0.0.1:${socket.address().port}`, asked }
}
