import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'

const ends = endsAfterEach()

describe('to look at', () => {
  unlessSplit('figures')('HTTP-31 who watches sees what is there, and nothing of what is said', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice')
    const bob = await httpClient(base, 'bob')
    const carol = await httpClient(base, 'carol')
    await carol.post('/api/rooms/voice/join')
    const invited = await carol.post('/api/rooms/voice/invite', { to_user_id: bob.userId })
    expect(invited.status).toBe(200)
    const [invitation] = (await bob.events(0)).events
    const { body } = await alice.post('/api/call/initiate', { to_user_id: bob.userId, sdp: 'v=0 secret' })
    const seen = await Promise.all(
      ['users', 'connections', 'calls', 'rooms'].map((what) => httpAsk(`${base}/debug/${what}`, 'GET')),
    )
    expect(seen[0]?.body['users']).toMatchObject([
      { username: 'alice', connected: true, call_id: body['call_id'] },
      { username: 'bob', connected: true },
      { username: 'carol', connected: true },
    ])
    expect(seen[1]?.body['connections']).toMatchObject([
      { address: '127.0.0.1', transport: 'http' },
      { username: 'bob' },
      { username: 'carol' },
    ])
    expect(seen[2]?.body['calls']).toMatchObject([{ phase: 'ringing', caller: { username: 'alice' } }])
    expect(seen[3]?.body['rooms']).toEqual([
      {
        room_id: 'voice',
        name: 'voice',
        max_members: 10,
        invite_only: false,
        members: [{ user_id: carol.userId, username: 'carol', state: 'connected' }],
      },
    ])
    const all = JSON.stringify(seen)
    const invite = String(invitation?.['invite'])
    expect(invite).toMatch(/^[\w-]{20,}$/)
    for (const secret of ['v=0', invite, alice.token, alice.sessionToken]) expect(all).not.toContain(secret)
  })

  test('HTTP-31 others do not', async () => {
    const { base } = await startHttpDaemon(ends, { http: { metrics_networks: ['192.0.2.0/24'] } })
    expect(await httpAsk(`${base}/debug/users`, 'GET')).toMatchObject({
      status: 403,
      body: { error: 'forbidden_network' },
    })
  })

  test('HTTP-32 the description is made from the routes, and the one in docs is current', async () => {
    const uploads = { enabled: true, path: await temporaryDirectory(ends) }
    const { base } = await startHttpDaemon(ends, { uploads })
    const { body } = await httpAsk(`${base}/openapi.json`, 'GET')
    expect(body).toMatchObject({ openapi: '3.1.0' })
    expect(body).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')))
  })

  test('HTTP-32 the page loads nothing from elsewhere, and its policy allows all that it has', async () => {
    const { base } = await startHttpDaemon(ends)
    const page = await fetch(`${base}/docs`)
    const html = await page.text()
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(html).not.toMatch(/https?:|<script>|<style|\sstyle=|\son\w+=/)
    for (const [, path = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      // The icon is an empty one, in the page itself.
      if (!path.startsWith('data:')) expect((await fetch(new URL(path, base))).status).toBe(200)
    }
  })
})
