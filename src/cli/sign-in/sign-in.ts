import { readFile } from 'node:fs/promises'
import { type Client, connect, RoomRtcError } from 'roomrtc-client'
import { WebSocket } from 'ws'
import { CommandFailure, refused } from '../ctl/command-failure.ts'
import { readPassword } from '../ctl/read-password.ts'
import { ExitCode } from '../exit-code.ts'
import { enterAsGuest } from './enter-as-guest.ts'
import { httpBase, serverUrl } from './server-url.ts'
import type { SignInOptions } from './sign-in-options.ts'

/** A client that is logged in. Fails with the sentence to print. */
export async function signIn(address: string, options: SignInOptions): Promise<Client> {
  const url = serverUrl(address)
  const credentials = await credentialsOf(url, options)
  const ca = options.ca === undefined ? undefined : await readFile(options.ca, 'utf8')
  try {
    const client = await connect(url.href, {
      name: 'roomrtc-server command line',
      surroundings: { WebSocket },
      ...(ca === undefined ? {} : { tls: { ca } }),
    })
    try {
      if (options.register === true && 'username' in credentials)
        await registerUnlessThere(client, credentials)
      await client.login(credentials)
      return client
    } catch (error) {
      await client.close()
      throw error
    }
  } catch (error) {
    if (!(error instanceof RoomRtcError)) throw error
    const code = error.code === 'refused' ? ExitCode.refused : ExitCode.unreachable
    throw new CommandFailure(code, error.reason ?? error.code, error.message)
  }
}

type Credentials = { readonly token: string } | { readonly username: string; readonly password: string }

async function credentialsOf(url: URL, { user, guest, token }: SignInOptions): Promise<Credentials> {
  if (token === true) {
    const given = process.env['ROOMRTC_TOKEN'] ?? ''
    if (given === '') throw refused('no_token', 'the environment variable ROOMRTC_TOKEN has no token')
    return { token: given }
  }
  if (guest !== undefined) {
    const base = httpBase(url)
    if (base === undefined)
      throw refused('no_http', 'a guest needs the HTTP port: give an address such as ws://127.0.0.1:8081')
    return { token: await enterAsGuest(base, guest) }
  }
  if (user === undefined)
    throw new CommandFailure(ExitCode.usage, 'no_user', 'say who: --user NAME, --guest NAME or --token')
  return {
    username: user,
    password: process.env['ROOMRTC_PASSWORD'] ?? (await readPassword()),
  }
}

async function registerUnlessThere(
  client: Client,
  credentials: { readonly username: string; readonly password: string },
): Promise<void> {
  try {
    await client.register(credentials)
  } catch (error) {
    if (!(error instanceof RoomRtcError) || error.reason !== 'username_taken') throw error
  }
}
