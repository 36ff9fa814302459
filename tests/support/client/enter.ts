import { type Client, connect, type ConnectOptions } from 'roomrtc-client'

/** A client of a new account that is logged in; it is closed at the end. */
export async function enter(
  ends: (() => unknown)[],
  url: string,
  username: string,
  options: ConnectOptions = {},
): Promise<Client> {
  const client = await connect(url, options)
  ends.push(() => client.close())
  const account = { username, password: 'secret' }
  await client.register(account)
  await client.login(account)
  return client
}
