import wrtc from '@roamhq/wrtc'
import { type Call, type Client, connect } from 'roomrtc-client'
import { devicesOf } from 'roomrtc-client/devices'
import { bindMedia, type Media } from 'roomrtc-client/media'
import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { inState, until } from './wait-for.ts'

const ends = endsAfterEach()
const { RTCPeerConnection } = wrtc

async function enter(port: number, username: string): Promise<Client> {
  const client = await connect(`tcp://127.0.0.1:${port}`)
  ends.push(() => client.close())
  const account = { username, password: 'secret' }
  await client.register(account).catch(() => undefined)
  await client.login(account)
  return client
}

/** With a channel, over which a greeting is sent as soon as it is open. */
function bind(
  client: Client,
  call: Call,
  greeting: string,
): { readonly media: Media; readonly heard: unknown[] } {
  const heard: unknown[] = []
  const media = bindMedia(client, call, { RTCPeerConnection, dataChannel: 'chat' })
  ends.push(() => {
    media.close()
  })
  media.on('channel', (channel) => {
    channel.addEventListener('message', ({ data }) => heard.push(data))
    if (channel.readyState === 'open') channel.send(greeting)
    else
      channel.addEventListener('open', () => {
        channel.send(greeting)
      })
  })
  return { media, heard }
}

test.each(['alice', 'bob'] as const)(
  'MEDIA-26 DEV-9 a call that is taken to another device has its media there, placed by %s',
  async (caller) => {
    const daemon = await startTestDaemon({
      webrtc: { stun_servers: [] },
      security: { max_sessions_per_user: 2 },
    })
    ends.push(() => daemon.stop())
    const alice = await enter(daemon.port, 'alice')
    const [laptop, phone] = [await enter(daemon.port, 'bob'), await enter(daemon.port, 'bob')]
    const [from, to] = caller === 'alice' ? [alice, laptop] : [laptop, alice]
    const rung = new Promise<Call>((resolve) => to.on('call', resolve))
    const out = from.call(to.me ?? '')
    const incoming = await rung
    const [atAlice, atLaptop] = caller === 'alice' ? [out, incoming] : [incoming, out]
    let mine = bind(alice, atAlice, 'from alice')
    atAlice.on('moved', () => {
      mine.media.close()
      mine = bind(alice, atAlice, 'from alice again')
    })
    const old = bind(laptop, atLaptop, 'from the laptop')
    incoming.accept()
    await until('the greetings', () => mine.heard.length > 0 && old.heard.length > 0)

    const call = await devicesOf(phone).takeCall(out.id ?? '')
    const taken = bind(phone, call, 'from the phone')
    await until('the greetings again', () => taken.heard.length > 0)
    await until('the greetings again', () => mine.heard.includes('from the phone'))
    await inState(mine.media, 'connected')
    expect(taken.heard).toEqual(['from alice again'])
    expect(old.media.state.name).toBe('closed')
    expect(atLaptop.state).toMatchObject({ name: 'ended', reason: 'moved' })
  },
  60_000,
)
