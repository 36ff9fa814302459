import { z } from 'zod'
import { added } from '../added-field.ts'
import { readable } from '../readable.ts'

const MAX_NAME_LENGTH = 1024

/**
 * The password, or what the client derives from it: to the server an opaque secret. A lone surrogate is no character and
 * would be hashed like any other one.
 */
const secret = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^\P{Cs}*$/u, 'expected a string without lone surrogates')

const registration = z.object({ username: z.string(), password_hash: secret })

/** A login waits for its turn at the hash, so its size is bounded; no stored name is longer. */
const login = z.object({ username: z.string().max(MAX_NAME_LENGTH), password_hash: secret })

const identity = { success: z.literal(true), user_id: z.string(), username: z.string() }

/** `error` is for the person, `reason` for the program. */
const refused = z.object({ success: z.literal(false), error: z.string(), reason: added(z.string()) })

/** What a session that can be resumed is resumed by. */
const resumption = {
  session_token: added(z.string().optional()),
  resume_window_ms: added(z.int().optional()),
}

export const accountMessages = {
  LOGIN_REQUEST: {
    code: 0x01,
    about: 'Binds the connection to a user',
    client: readable('LOGIN_REQUEST', login),
    cost: 5,
  },
  LOGIN_RESPONSE: {
    code: 0x02,
    about: 'Answers LOGIN_REQUEST',
    server: readable('LOGIN_RESPONSE', z.union([z.object({ ...identity, ...resumption }), refused])),
  },
  REGISTER_REQUEST: {
    code: 0x03,
    about: 'Makes an account; does not log in',
    client: readable('REGISTER_REQUEST', registration),
    cost: 5,
  },
  REGISTER_RESPONSE: {
    code: 0x04,
    about: 'Answers REGISTER_REQUEST',
    server: readable('REGISTER_RESPONSE', z.union([z.object(identity), refused])),
  },
  LOGOUT_REQUEST: {
    code: 0x13,
    about: 'Unbinds the connection, which stays open',
    client: readable('LOGOUT_REQUEST', z.object({})),
    mayBeEmpty: true,
  },
  LOGOUT_RESPONSE: {
    code: 0x14,
    about: 'Answers LOGOUT_REQUEST',
    server: readable('LOGOUT_RESPONSE', z.object({ success: z.boolean(), error: z.null() })),
  },
} as const
