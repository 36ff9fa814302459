import { T } from './frames.mjs'

/** Deletes the accounts of the run, where the server has the capability `account`; those that stay are left in `registered`. */
export async function removeAccounts(bench) {
  // Whoever is still logged in leaves.
  await bench.tidy({ failed: true })
  if (bench.registered.size > 0) await remove(bench).catch(() => undefined)
  bench.close()
}

async function remove(bench) {
  const client = await bench.open()
  client.send(T.HELLO, { protocol: 1, client: 'test-server', capabilities: ['account'] })
  const { capabilities } = await client.expect(T.WELCOME)
  if (!capabilities.includes('account')) return
  for (const [username, password_hash] of bench.registered) {
    client.send(T.LOGIN_REQUEST, { username, password_hash })
    await client.expect(T.LOGIN_RESPONSE, { success: true })
    client.send(T.DELETE_ACCOUNT, { password_hash })
    await client.expect(T.ACCOUNT_DELETED)
    bench.registered.delete(username)
  }
}
