import { createHash, randomBytes } from 'node:crypto'
import type { SessionTokens } from '../../application/ports/session-tokens.ts'

const TOKEN_BYTES = 32

/** 43 characters of base64url. SHA-256 is hash enough: there is nothing to guess in 256 random bits. */
export const randomTokens: SessionTokens = {
  create: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  hash: (token) => createHash('sha256').update(token).digest('base64url'),
}
