import type { Account } from '../../../src/domain/user.ts'
import type { House, HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

export const CAPABILITIES = ['resume', 'account']

export const credentials = (username: string, password_hash = 'pw') => ({ username, password_hash })

export function changePassword(
  client: HouseClient,
  password_hash: string,
  new_password_hash: string,
): Promise<void> {
  return client.send(T.CHANGE_PASSWORD, { password_hash, new_password_hash, request_id: 'c' })
}

export function deleteAccount(client: HouseClient, password_hash = 'pw'): Promise<void> {
  return client.send(T.DELETE_ACCOUNT, { password_hash, request_id: 'd' })
}

/** That of a user who is registered. */
export async function accountOf({ ports }: House, username: string): Promise<Account> {
  const account = await ports.users.findByName(username)
  if (account === undefined) throw new Error(`${username} is not registered`)
  return account
}
