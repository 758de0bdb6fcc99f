import process from 'node:process'
import { startPortal } from './supervision/start-portal.ts'

await startPortal({ server: 'src/server.ts', worker: 'src/worker.ts', watch: process.argv.includes('--watch') })
