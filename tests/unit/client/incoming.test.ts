import type { Call } from 'roomrtc-client'
import { expect, it } from 'vitest'
import { aliceIn, breakLine, settled } from '../../support/client/fake-client.ts'
import type { FakeWorld } from '../../support/client/fake-world.ts'

const end = { done: true, value: undefined }
let seq = 0

function ring(world: FakeWorld, call_id: string): void {
  world.line.say('CALL_NOTIFICATION', { call_id, from_user_id: 'b', from_username: 'bob', seq: ++seq })
}

function hangUp(world: FakeWorld, call_id: string): void {
  world.line.say('HANGUP', { call_id, reason: 'hangup', seq: ++seq })
}

async function loopOfAlice() {
  seq = 0
  const { world, client } = await aliceIn()
  const controller = new AbortController()
  return { world, client, controller, loop: client.incoming({ signal: controller.signal }) }
}

it('PKG-28 a loop gets the calls that ring, one after the other, and each loop gets them all', async () => {
  const { world, client, controller, loop } = await loopOfAlice()
  const seen: (string | undefined)[] = []
  const looping = (async () => {
    for await (const call of loop) {
      seen.push(call.id)
      call.decline()
    }
    return 'left'
  })()
  const other = client.incoming()
  const first = other.next()
  for (const id of ['1', '2', '3']) {
    ring(world, id)
    await expect.poll(() => seen.at(-1)).toBe(id)
  }
  expect(seen).toEqual(['1', '2', '3'])
  expect(await first).toMatchObject({ done: false, value: { id: '1' } })
  controller.abort()
  expect(await looping).toBe('left')
})

it('PKG-28 a call that has ended before it is asked for is passed over', async () => {
  const { world, loop } = await loopOfAlice()
  for (const id of ['1', '2', '3']) {
    ring(world, id)
    if (id !== '3') hangUp(world, id)
  }
  expect(await loop.next()).toMatchObject({ done: false, value: { id: '3' } })
})

it('PKG-28 its AbortSignal ends it for all who wait, and nothing rings there any more', async () => {
  const { world, client, controller, loop } = await loopOfAlice()
  const waiting = [loop.next(), loop.next()]
  controller.abort()
  expect(await Promise.all(waiting)).toEqual([end, end])
  ring(world, '1')
  expect(await loop.next()).toEqual(end)
  expect(await client.incoming({ signal: controller.signal }).next()).toEqual(end)
})

it('PKG-28 the end of the client ends it', async () => {
  const { world, client, loop } = await loopOfAlice()
  const waiting = loop.next()
  const closing = client.close()
  const { request_id } = world.line.takeOne('LOGOUT_REQUEST')
  world.line.say('LOGOUT_RESPONSE', { success: true, error: null, request_id })
  await settled()
  breakLine(world)
  await closing
  expect(await waiting).toEqual(end)
  expect(await client.incoming().next()).toEqual(end)
})

it('PKG-28 a loop that is left by break gets no more calls, and holds nobody else up', async () => {
  const { world, client, loop } = await loopOfAlice()
  const heard: (string | undefined)[] = []
  client.on('call', ({ id }) => heard.push(id))
  ring(world, '1')
  let left: Call | undefined
  for await (const call of loop) {
    left = call
    break
  }
  left?.decline()
  ring(world, '2')
  expect(await loop.next()).toEqual(end)
  expect([left?.id, heard]).toEqual(['1', ['1', '2']])
})
