import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

let temporary: string

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'roomrtc-test-'))
})

afterEach(() => {
  rmSync(temporary, { recursive: true })
})

function runDemo(tmp: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'scripts/demo.ts'], {
    encoding: 'utf8',
    timeout: 40_000,
    // tsx would make the directory for its cache.
    env: { ...process.env, TMPDIR: tmp, TSX_DISABLE_CACHE: '1' },
  })
}

// What must be told, in this order; other lines may stand between.
const story = [
  /^Say hello$/,
  /alice → server +HELLO +resume, /,
  /server → alice +WELCOME +roomrtc-server\/.*: resume, /,
  /bob → server +HELLO +resume, /,
  /server → bob +WELCOME +roomrtc-server\/.*: resume, /,
  /^Register$/,
  /alice → server +REGISTER_REQUEST /,
  /server → alice +REGISTER_RESPONSE +success/,
  /bob → server +REGISTER_REQUEST /,
  /server → bob +REGISTER_RESPONSE +success/,
  /^Log in/,
  /alice → server +LOGIN_REQUEST /,
  /server → alice +LOGIN_RESPONSE +success/,
  /alice → server +USER_LIST_REQUEST$/,
  /server → alice +USER_LIST_RESPONSE +alice Available, bob Disconnected$/,
  /bob → server +LOGIN_REQUEST /,
  /server → alice +USER_STATE_UPDATE +bob is now Available$/,
  /^Call$/,
  /alice → server +CALL_REQUEST +to bob$/,
  /server → bob +CALL_NOTIFICATION +from alice, call /,
  /server → bob +USER_STATE_UPDATE +alice is now Busy$/,
  /bob → server +CALL_RESPONSE +accepted, call /,
  /server → alice +CALL_ACCEPTED +by bob, call /,
  /server → alice +USER_STATE_UPDATE +bob is now Busy$/,
  /^Negotiate$/,
  /alice → server +SDP_OFFER +to bob, SDP \(\d+ bytes\)$/,
  /server → bob +SDP_OFFER +from alice, SDP \(\d+ bytes\)$/,
  /bob → server +SDP_ANSWER +to alice, SDP \(\d+ bytes\)$/,
  /server → alice +SDP_ANSWER +from bob, SDP \(\d+ bytes\)$/,
  /server → alice +ICE_CANDIDATE +from bob, kind host /,
  /^Talk$/,
  /alice → bob +data channel +"hello bob, /,
  /bob → alice +data channel +"hello alice, /,
  /^Lose the connections$/,
  /server → bob +PEER_STATE +the other party is reconnecting, call /,
  /alice → bob +data channel +"my connection is gone"$/,
  /bob → alice +data channel +"so is mine, /,
  /^Resume$/,
  /alice → server +RESUME +with a token, after message \d+$/,
  /server → alice +RESUMED +call .*, missed messages that follow: \d+$/,
  /server → alice +USER_LIST_RESPONSE +alice Busy, bob Busy$/,
  /bob → server +RESUME +with a token, after message \d+$/,
  /server → bob +RESUMED +call .*, missed messages that follow: \d+$/,
  /server → bob +USER_LIST_RESPONSE +alice Busy, bob Busy$/,
  /^Negotiate anew$/,
  /server → alice +SDP_OFFER +from bob, /,
  /server → bob +SDP_ANSWER +from alice, /,
  /alice → bob +data channel +"negotiated anew"$/,
  /bob → alice +data channel +"and heard again"$/,
  /^Restart the daemon$/,
  /server → (alice|bob) +GOAWAY +shutting_down, back in 100 ms$/,
  /server → (alice|bob) +GOAWAY +shutting_down, back in 100 ms$/,
  /alice → bob +data channel +"the server is gone"$/,
  /bob → alice +data channel +"who needs it\?"$/,
  /^Resume again$/,
  /(alice|bob) → server +RESUME +with a token, /,
  /server → (alice|bob) +RESUMED +call /,
  /server → (alice|bob) +RESUMED +call /,
  /server → bob +SDP_OFFER +from alice, /,
  /server → alice +SDP_ANSWER +from bob, /,
  /alice → bob +data channel +"negotiated through another daemon"$/,
  /bob → alice +data channel +"and heard once more"$/,
  /^Hang up$/,
  /alice → server +HANGUP +call /,
  /server → bob +HANGUP +call .*, reason hangup, after \d+\.\d s$/,
  /^Log out$/,
  /alice → server +LOGOUT_REQUEST$/,
  /server → alice +LOGOUT_RESPONSE +success$/,
  /server → bob +USER_STATE_UPDATE +alice is now Disconnected$/,
  /bob → server +LOGOUT_REQUEST$/,
  /server → bob +LOGOUT_RESPONSE +success$/,
  /^The message that crossed the data channel: "hello bob, /,
]

it(
  'DEMO-1 DEMO-2 CALL-4 RELAY-1 the demo tells a whole call, what it outlives, and ends with the message that crossed the data channel',
  { timeout: 45_000 },
  () => {
    const { status, stdout, stderr } = runDemo(temporary)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })

    const lines = stdout.trimEnd().split('\n')
    let at = 0
    for (const event of story) {
      const found = lines.findIndex((line, index) => index >= at && event.test(line))
      expect(found, `${String(event)} after line ${at} of\n${stdout}`).toBeGreaterThanOrEqual(at)
      at = found + 1
    }
    expect(at, 'the message is the last line').toBe(lines.length)
    expect(lines.find((line) => line.includes('ICE_CANDIDATE') && line.includes('from alice'))).toBeDefined()
    expect(stdout).not.toMatch(/a=|candidate:|the password of/)
    // A session token has 43 characters.
    expect(stdout).not.toMatch(/[\w-]{43}/)
    expect(readdirSync(temporary).filter((name) => name.startsWith('roomrtc-'))).toEqual([])
  },
)

it(
  'DEMO-1 the demo that cannot do its work says so in a sentence and exits with 1',
  { timeout: 45_000 },
  () => {
    const { status, stderr } = runDemo(join(temporary, 'missing'))
    expect(status).toBe(1)
    expect(stderr).toMatch(/^The demo failed: .*ENOENT.*\n$/)
  },
)
