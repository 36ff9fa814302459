import { readFile, stat } from 'node:fs/promises'
import webPush from 'web-push'
import { z } from 'zod'
import { errorCode } from '../../domain/error-code.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { writePrivateFile } from '../system/write-private-file.ts'

const schema = z.strictObject({
  public_key: z.string().regex(/^B[\w-]{86}$/),
  private_key: z.string().regex(/^[\w-]{43}$/),
})

/** The key by which push services know this server (RFC 8292). Subscriptions are good for it alone. */
export type VapidKeys = z.output<typeof schema>

export function makeVapidKeys(): VapidKeys {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys()
  return { public_key: publicKey, private_key: privateKey }
}

export function parseVapidKeys(text: string): VapidKeys | undefined {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Those of the file, which is made where there is none. Throws a StartupError where it cannot be used. */
export async function openVapidFile(path: string): Promise<VapidKeys> {
  try {
    const { mode } = await stat(path)
    if ((mode & 0o077) !== 0 && process.platform !== 'win32')
      throw new Error('other users may open it; chmod 600 it')
    const keys = parseVapidKeys(await readFile(path, 'utf8'))
    if (keys === undefined) throw new Error('it does not hold what this server has written')
    return keys
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return make(path)
    throw unusable(path, error)
  }
}

async function make(path: string): Promise<VapidKeys> {
  const keys = makeVapidKeys()
  try {
    await writePrivateFile(path, `${JSON.stringify(keys, null, 2)}\n`)
  } catch (error) {
    throw unusable(path, error)
  }
  return keys
}

function unusable(path: string, error: unknown): StartupError {
  const cause = error instanceof Error ? error.message : String(error)
  return new StartupError([`${path}: the key for push services cannot be used: ${cause}`])
}
