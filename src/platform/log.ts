import { type Logger, pino } from 'pino'

export type Log = Logger

const cprLike = /\b\d{6}-?\d{4}\b/g

/**
 * The process's logger: JSON lines on standard output. Errors are logged by type, message, code and stack; the driver's
 * `detail`, `hint` and parameters, which carry values of rows, are not. Anything like a CPR number in a message is masked.
 */
export const createLog = (level: string, name: string, destination?: { write(line: string): void }): Log =>
  pino(
    {
      level,
      base: { name },
      serializers: {
        err: (error: unknown) => {
          if (!(error instanceof Error)) return { message: String(error).replace(cprLike, '[masked]') }
          const { code } = error as { code?: unknown }
          return {
            type: error.name,
            message: error.message.replace(cprLike, '[masked]'),
            ...(typeof code === 'string' ? { code } : {}),
            stack: error.stack?.replace(cprLike, '[masked]'),
          }
        },
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  )
