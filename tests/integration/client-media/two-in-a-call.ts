import wrtc from '@roamhq/wrtc'
import { type Call, type Client, connect } from 'roomrtc-client'
import { bindMedia, type Media, type MediaOptions } from 'roomrtc-client/media'

/** Somebody in a call, with media. */
export interface Party {
  readonly client: Client
  readonly call: Call
  readonly media: Media
}

export interface PartyOptions {
  /** Where the server is for this one. */
  readonly url: string
  readonly media?: MediaOptions
}

/** Alice calls Bob, who accepts; what is to be ended is pushed onto `ends`. */
export async function twoInACall(
  ends: (() => unknown)[],
  { alice, bob }: { readonly alice: PartyOptions; readonly bob: PartyOptions },
): Promise<{ readonly alice: Party; readonly bob: Party }> {
  const [atAlice, atBob] = [await enter(ends, alice.url, 'alice'), await enter(ends, bob.url, 'bob')]
  const rung = new Promise<Call>((resolve) => atBob.on('call', resolve))
  const { me } = atBob
  if (me === undefined) throw new Error('bob has logged in and is nobody')
  const outgoing = atAlice.call(me)
  const parties = {
    alice: bind(ends, atAlice, outgoing, alice.media),
    bob: bind(ends, atBob, await rung, bob.media),
  }
  parties.bob.call.accept()
  await outgoing.until('active')
  return parties
}

async function enter(ends: (() => unknown)[], url: string, username: string): Promise<Client> {
  const client = await connect(url, { reconnect: { firstMs: 100, maxMs: 500 } })
  ends.push(() => client.close())
  const account = { username, password: `the password of ${username}` }
  await client.register(account)
  await client.login(account)
  return client
}

function bind(ends: (() => unknown)[], client: Client, call: Call, options: MediaOptions = {}): Party {
  const { RTCPeerConnection, MediaStream } = wrtc
  const media = bindMedia(client, call, { RTCPeerConnection, MediaStream, ...options })
  ends.push(() => {
    media.close()
  })
  return { client, call, media }
}
