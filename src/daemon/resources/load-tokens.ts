import { join } from 'node:path'
import type { Config } from '../../config/schema.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { IssuerOptions } from '../../infrastructure/tokens/issuers/issuer.ts'
import { type IssuerKey, pemKey, sharedSecret } from '../../infrastructure/tokens/issuers/issuer-key.ts'
import { readKeyFile } from '../../infrastructure/tokens/keys/key-file.ts'
import type { StoredKeys } from '../../infrastructure/tokens/keys/stored-keys.ts'
import { readSmallFile } from './read-small-file.ts'

/** The keys for tokens, as far as they are there before a start. */
export interface LoadedTokens {
  /** Where our own are kept; undefined where they are to last as long as the process. */
  readonly path: string | undefined
  /** Undefined where they are to be made. */
  readonly keys: StoredKeys | undefined
  readonly issuers: readonly LoadedIssuer[]
}

interface LoadedIssuer extends Omit<IssuerOptions, 'key'> {
  readonly key: IssuerKey | RemoteKey
}

/** It is fetched when a token comes. */
interface RemoteKey {
  readonly url: string
}

/** Reads every key that the configuration names, and writes nothing. Gives all faults at once. */
export async function loadTokens(config: Config): Promise<Result<LoadedTokens, string[]>> {
  const { tokens } = config
  const path = keyPathOf(config)
  const keys = path === undefined ? ok(undefined) : await readKeyFile(path)
  const faults = keys.ok ? [] : [keys.error]
  if (keys.ok && keys.value === undefined && tokens.key_path !== '') {
    faults.push(
      `${tokens.key_path}: there is no such file; make it (openssl genpkey -algorithm ed25519), or leave tokens.key_path empty`,
    )
  }
  const issuers: LoadedIssuer[] = []
  for (const entry of tokens.issuers) {
    const key = await loadIssuerKey(entry)
    if (!key.ok) {
      faults.push(key.error)
      continue
    }
    const { issuer, audience, username_claim: usernameClaim, create_accounts: createsAccounts } = entry
    issuers.push({ issuer, audience, usernameClaim, createsAccounts, key: key.value })
  }
  return keys.ok && faults.length === 0 ? ok({ path, keys: keys.value, issuers }) : err(faults)
}

function keyPathOf({ tokens, persistence }: Config): string | undefined {
  if (tokens.key_path !== '') return tokens.key_path
  return persistence.enable_persistence ? join(persistence.data_directory, 'token-keys.json') : undefined
}

async function loadIssuerKey({
  issuer,
  key,
}: Config['tokens']['issuers'][number]): Promise<Result<LoadedIssuer['key'], string>> {
  switch (key.kind) {
    case 'secret':
      return ok(sharedSecret(key.secret))
    case 'jwks':
      return ok({ url: key.url })
    case 'pem': {
      const text = await readSmallFile(key.path)
      if (!text.ok)
        return err(`${key.path}: the public key of the issuer ${issuer} cannot be read (${text.error})`)
      const read = pemKey(text.value)
      return read.ok ? read : err(`${key.path}, for the tokens of the issuer ${issuer}, ${read.error}`)
    }
    default:
      return key satisfies never
  }
}
