import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ratingOf, scoreOf } from '../../../clients/typescript/src/media/quality/e-model.ts'
import type { Cause, Score } from '../../../clients/typescript/src/media/quality/quality.ts'
import { rate } from '../../../clients/typescript/src/media/quality/rate.ts'
import { readSample } from '../../../clients/typescript/src/media/quality/read-sample.ts'
import type { Sample } from '../../../clients/typescript/src/media/quality/sample.ts'

const BOTH = { audio: true, video: true }
const START: Sample = {
  at: 10_000,
  roundTripMs: 20,
  relayed: false,
  heard: {
    packets: 100,
    lost: 0,
    bytes: 8000,
    jitterMs: 4,
    bufferedMs: 0,
    played: 0,
    samples: 96_000,
    concealed: 0,
  },
  seen: { packets: 100, lost: 0, bytes: 100_000, jitterMs: 4, frames: 60 },
  sent: { lossPercent: 0, jitterMs: 4 },
  limitedMs: 0,
}

interface Change {
  readonly roundTripMs?: number
  readonly relayed?: boolean
  readonly heard?: Partial<NonNullable<Sample['heard']>>
  readonly seen?: Partial<NonNullable<Sample['seen']>>
  readonly sent?: Sample['sent']
  readonly limitedMs?: number
}

/** Two seconds in which all went well but for what is given; `heard` and `seen` are what came in them. */
function after({ heard, seen, ...rest }: Change = {}): Sample {
  const came = {
    packets: 100,
    lost: 0,
    bytes: 8000,
    bufferedMs: 0,
    played: 0,
    samples: 96_000,
    concealed: 0,
    ...heard,
  }
  const shown = { packets: 200, lost: 0, bytes: 200_000, frames: 60, ...seen }
  return {
    ...START,
    at: START.at + 2000,
    heard: {
      packets: 100 + came.packets,
      lost: came.lost,
      bytes: 8000 + came.bytes,
      jitterMs: heard?.jitterMs ?? 4,
      bufferedMs: came.bufferedMs,
      played: came.played,
      samples: 96_000 + came.samples,
      concealed: came.concealed,
    },
    seen: {
      packets: 100 + shown.packets,
      lost: shown.lost,
      bytes: 100_000 + shown.bytes,
      jitterMs: seen?.jitterMs ?? 4,
      frames: 60 + shown.frames,
    },
    ...rest,
  }
}

describe('the quality', () => {
  test('MEDIA-14 is 5 without a cause where all is well, and its figures are those of the last two samples', () => {
    expect(rate(START, after(), BOTH)).toEqual({
      score: 5,
      causes: [],
      figures: { roundTripMs: 20, jitterMs: 4, lossPercent: 0, bitrateKbps: 832, framesPerSecond: 30 },
    })
  })

  const loss = (percent: number) => ({ packets: 100 - percent, lost: percent })
  test.for<[string, Change, Score, Cause[]]>([
    ['1 % of the sound lost', { heard: loss(1) }, 4, []],
    ['3 % of the sound lost', { heard: loss(3) }, 4, ['loss']],
    ['6 % of the sound lost', { heard: loss(6) }, 3, ['loss']],
    ['10 % of the sound lost', { heard: loss(10) }, 2, ['loss']],
    ['25 % of the sound lost', { heard: loss(25) }, 1, ['loss']],
    ['6 % of the pictures lost', { seen: loss(6) }, 3, ['loss']],
    ['12 % of what is sent lost', { sent: { lossPercent: 12, jitterMs: 4 } }, 2, ['loss']],
    ['300 ms to the peer and back', { roundTripMs: 300 }, 4, ['delay']],
    ['500 ms to the peer and back', { roundTripMs: 500 }, 3, ['delay']],
    ['800 ms to the peer and back', { roundTripMs: 800 }, 2, ['delay']],
    ['sound that waits for 400 ms', { heard: { bufferedMs: 400 * 96_000, played: 96_000 } }, 2, ['delay']],
    ['a jitter of 50 ms', { heard: { jitterMs: 50 } }, 5, ['jitter']],
    ['6 % of the sound made up', { heard: { concealed: 5760 } }, 3, ['jitter']],
    ['no sound', { heard: { packets: 0, bytes: 0 } }, 1, ['silent']],
    ['no picture', { seen: { packets: 0, bytes: 0, frames: 0 } }, 2, ['frozen']],
    ['pictures that no decoder shows', { seen: { frames: 0 } }, 2, ['frozen']],
    ['pictures made worse for 1.5 of 2 s', { limitedMs: 1500 }, 3, ['bandwidth']],
    ['a TURN server on the way', { relayed: true }, 5, ['relayed']],
    [
      'all at once',
      { heard: { packets: 0 }, roundTripMs: 600, relayed: true },
      1,
      ['silent', 'delay', 'relayed'],
    ],
  ])('MEDIA-14 MEDIA-16 of %s', ([, change, score, causes]) => {
    expect(rate(START, after(change), BOTH)).toMatchObject({ score, causes })
  })

  test('MEDIA-16 does not complain of what the peer does not send', () => {
    const nothing = after({ heard: { packets: 0 }, seen: { packets: 0, frames: 0 } })
    expect(rate(START, nothing, { audio: false, video: false })).toMatchObject({ score: 5, causes: [] })
  })

  test('MEDIA-14 goes on where the counts begin anew, as after a hold in Chromium', () => {
    const gone: Sample = { ...after(), heard: undefined, seen: undefined }
    expect(rate(START, gone, BOTH)).toMatchObject({ score: 5, causes: [] })
    expect(rate(gone, after(), BOTH)).toMatchObject({ score: 5, causes: [] })
    expect(rate(after(), START, BOTH)).toMatchObject({ score: 5, causes: [] })
  })

  test('MEDIA-14 is that of the delay alone where there is only data', () => {
    const data = { ...START, heard: undefined, seen: undefined, sent: undefined, relayed: true }
    expect(rate(data, { ...data, at: 12_000 }, BOTH)).toEqual({
      score: 5,
      causes: ['relayed'],
      figures: { roundTripMs: 20 },
    })
  })

  test('MEDIA-16 has a cause whenever it is 3 or less, and is from 1 to 5 whatever is measured', () => {
    const amount = fc.double({ min: -10, max: 100_000, noNaN: true })
    const heard = fc.record({
      packets: amount,
      lost: amount,
      bytes: amount,
      jitterMs: amount,
      bufferedMs: amount,
      played: amount,
      samples: amount,
      concealed: amount,
    })
    const sample: fc.Arbitrary<Sample> = fc.record({
      at: amount,
      roundTripMs: fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: undefined }),
      relayed: fc.boolean(),
      heard: fc.option(heard, { nil: undefined }),
      seen: fc.option(
        fc.record({ packets: amount, lost: amount, bytes: amount, jitterMs: amount, frames: amount }),
        {
          nil: undefined,
        },
      ),
      sent: fc.option(
        fc.record({ lossPercent: fc.double({ min: 0, max: 100, noNaN: true }), jitterMs: amount }),
        { nil: undefined },
      ),
      limitedMs: amount,
    })
    fc.assert(
      fc.property(sample, sample, (before, now) => {
        const { score, causes } = rate(before, now, BOTH)
        expect([1, 2, 3, 4, 5]).toContain(score)
        if (score <= 3) expect(causes.filter((cause) => cause !== 'relayed')).not.toEqual([])
      }),
    )
  })
})

test('MEDIA-14 the rating of speech is that of ITU-T G.107, and falls with the delay and with what is lost', () => {
  const rating = (delayMs: number, lossPercent: number) => Math.round(ratingOf({ delayMs, lossPercent }))
  expect([rating(0, 0), rating(150, 0), rating(400, 0), rating(0, 5), rating(200, 5)]).toEqual([
    93, 90, 59, 77, 70,
  ])
  expect([90, 89.9, 80, 79.9, 70, 69.9, 50, 49.9, -100].map(scoreOf)).toEqual([5, 4, 4, 3, 3, 2, 2, 1, 1])
})

describe('a report', () => {
  const read = (name: string, change: (entry: Record<string, unknown>) => object = (entry) => entry) => {
    const entries: Record<string, unknown>[] = JSON.parse(
      readFileSync(new URL(`../../fixtures/stats/${name}.json`, import.meta.url), 'utf8'),
    )
    return readSample(entries.map(change), 0)
  }

  test('MEDIA-15 of Chromium is read', () => {
    expect(read('chromium')).toEqual({
      at: 1796050438920.29,
      roundTripMs: 1,
      relayed: false,
      heard: {
        packets: 121,
        lost: 0,
        bytes: 6150,
        jitterMs: 6,
        bufferedMs: 5_683_200,
        played: 112_320,
        samples: 115_680,
        concealed: 2112,
      },
      seen: { packets: 172, lost: 0, bytes: 145_655, jitterMs: 5, frames: 47 },
      sent: { lossPercent: 0, jitterMs: 4.155 },
      limitedMs: 0,
    })
  })

  test('MEDIA-15 of @roamhq/wrtc is read', () => {
    const { heard, seen, sent, ...rest } = read('wrtc')
    expect(rest).toMatchObject({ relayed: false, limitedMs: 0 })
    for (const figure of [rest.at, heard?.packets, heard?.played, heard?.samples, seen?.frames, seen?.bytes])
      expect(figure).toBeGreaterThan(0)
    expect(sent).toMatchObject({ lossPercent: 0 })
  })

  test('MEDIA-15 tells of loss at the peer, of the line that carries no more, and of TURN on either side', () => {
    const bad = read('chromium', (entry) => {
      switch (entry['type']) {
        case 'remote-inbound-rtp':
          return { ...entry, fractionLost: 0.25, jitter: 0.08 }
        case 'outbound-rtp':
          return { ...entry, qualityLimitationDurations: { bandwidth: 1.5, none: 1 } }
        case 'remote-candidate':
          return { ...entry, candidateType: 'relay' }
        default:
          return entry
      }
    })
    expect(bad.sent).toEqual({ lossPercent: 25, jitterMs: 80 })
    expect(bad.relayed).toBe(true)
    // Of audio and of video.
    expect(bad.limitedMs).toBe(3000)
  })

  test('MEDIA-15 of Firefox, which has no transport, is read by its selected pair', () => {
    const pair = { id: 'p', type: 'candidate-pair', timestamp: 5, selected: true, currentRoundTripTime: 0.05 }
    const other = { ...pair, id: 'o', selected: false, nominated: true, currentRoundTripTime: 9 }
    expect(readSample([other, pair], 0)).toMatchObject({ at: 5, roundTripMs: 50 })
  })

  test('MEDIA-15 that has nothing of all this, or nonsense, is an empty one', () => {
    const empty = {
      roundTripMs: undefined,
      relayed: false,
      heard: undefined,
      seen: undefined,
      sent: undefined,
    }
    for (const entries of [[], [null, 7, 'text', { type: 'transport', selectedCandidatePairId: 3 }]]) {
      expect(readSample(entries, 12)).toEqual({ at: 12, ...empty, limitedMs: 0 })
    }
  })
})
