import { test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { startCutter } from './cutter.ts'
import { hasWebrtcbin, startWebrtcbin } from './programs.ts'

const ends = endsAfterEach()

test.skipIf(!hasWebrtcbin)(
  'PY-9 two apps with webrtcbin hear each other, also while their connections are cut',
  async () => {
    const daemon = await startTestDaemon({ webrtc: { stun_servers: [] } })
    ends.push(() => daemon.stop())
    const cutter = await startCutter(ends, () => daemon.port)
    const bob = startWebrtcbin(ends, cutter, 'bob')
    await bob.says('here bob')
    const alice = startWebrtcbin(ends, cutter, 'alice', 'bob')
    await Promise.all([alice.says('in a call'), bob.says('in a call')])
    await Promise.all([alice.says('hears 1'), bob.says('hears 1')])
    cutter.cut()
    await Promise.all([alice.says('resumed'), bob.says('resumed')])
    // Two hundred packets are four seconds.
    await Promise.all([alice.says('hears 3'), bob.says('hears 3')])
    await alice.leaves()
    await bob.says('over hangup')
  },
)
