import { z } from 'zod'
import { added } from '../codec/added-field.ts'
import { eitherReadable, readable } from '../codec/readable.ts'

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

const registration = z.object({
  username: z.string(),
  password_hash: secret,
  /** Where `security.registration` is `invite`. */
  invite: added(z.string().max(128).optional()),
})

/** A login waits for its turn at the hash, so its size is bounded; no stored name is longer. */
const login = z.object({ username: z.string().max(MAX_NAME_LENGTH), password_hash: secret })

/** In place of both. A longer one is not looked at. */
const tokenLogin = z.object({ token: added(z.string().min(1).max(8192)) })

/** For those who agreed on `account`. */
const disturbance = { do_not_disturb: added(z.boolean().optional()) }

const identity = { success: z.literal(true), user_id: z.string(), username: z.string() }

/** The present one, and the one that is to take its place. */
const passwords = z.object({ password_hash: secret, new_password_hash: secret })

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
    client: eitherReadable('LOGIN_REQUEST', 'token', tokenLogin, login),
    cost: 5,
  },
  LOGIN_RESPONSE: {
    code: 0x02,
    about: 'Answers LOGIN_REQUEST',
    server: readable(
      'LOGIN_RESPONSE',
      z.union([z.object({ ...identity, ...resumption, ...disturbance }), refused]),
    ),
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
  CHANGE_PASSWORD: {
    code: 0x2b,
    about: 'Gives one’s account another password; needs the present one',
    needs: 'account',
    client: readable('CHANGE_PASSWORD', passwords),
    cost: 5,
  },
  PASSWORD_CHANGED: {
    code: 0x2c,
    about: 'Answers CHANGE_PASSWORD',
    needs: 'account',
    server: readable('PASSWORD_CHANGED', z.object({})),
  },
  DELETE_ACCOUNT: {
    code: 0x2d,
    about: 'Removes one’s account for good; needs the password',
    needs: 'account',
    client: readable('DELETE_ACCOUNT', z.object({ password_hash: secret })),
    cost: 5,
  },
  ACCOUNT_DELETED: {
    code: 0x2e,
    about: 'Answers DELETE_ACCOUNT; the connection is logged out, and stays open',
    needs: 'account',
    server: readable('ACCOUNT_DELETED', z.object({})),
  },
  DO_NOT_DISTURB: {
    code: 0x58,
    about: 'One does not want to be rung, or does again',
    needs: 'account',
    client: readable('DO_NOT_DISTURB', z.object({ on: z.boolean() })),
    cost: 5,
  },
  DO_NOT_DISTURB_STATE: {
    code: 0x59,
    about: 'Answers DO_NOT_DISTURB; also to the other sessions of the user',
    needs: 'account',
    server: readable('DO_NOT_DISTURB_STATE', z.object({ on: z.boolean() })),
  },
} as const
