import { z } from 'zod'
import { err, ok, type Result } from '../../domain/result.ts'

/** What may be sent under one type in one direction: its schema, and a reader whose answer bears the type's name. */
export interface Readable<Name extends string, Payload> {
  readonly schema: z.core.$ZodType<Payload>
  readonly read: (json: object) => Result<{ readonly type: Name; readonly payload: Payload }, string>
}

export function readable<const Name extends string, Payload>(
  type: Name,
  schema: z.core.$ZodType<Payload>,
): Readable<Name, Payload> {
  return {
    schema,
    read(json) {
      const parsed = z.safeParse(schema, json)
      return parsed.success ? ok({ type, payload: parsed.data }) : err(describe(parsed.error))
    },
  }
}

type Fields<Payload> = z.core.$ZodType<Payload> & { readonly shape: object }

/** One of two payloads: `first` where `key`, a field of it, is there, else `second`; never a mixture. */
export function eitherReadable<const Name extends string, First, Second>(
  type: Name,
  key: Extract<keyof First, string>,
  first: Fields<First>,
  second: Fields<Second>,
): Readable<Name, First | Second> {
  const [one, other] = [readable(type, first), readable(type, second)]
  return {
    schema: z.union([second, first]),
    read(json) {
      if (!Object.hasOwn(json, key)) return other.read(json)
      const foreign = Object.keys(second.shape).find((name) => Object.hasOwn(json, name))
      return foreign === undefined ? one.read(json) : err(`"${key}" comes without "${foreign}"`)
    },
  }
}

// Only names from our schemas and type words go into the sentence, nothing that the peer sent.
function describe(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const field = `"${issue.path.join('.')}"`
      const wrong = issue.message.replace(/^Invalid input: /, '').replace(/^T/, 't')
      if (issue.code === 'invalid_type' && wrong.endsWith('received undefined')) {
        return `${field} is missing: expected ${issue.expected}`
      }
      return `${field}: ${wrong}`
    })
    .join('; ')
}
