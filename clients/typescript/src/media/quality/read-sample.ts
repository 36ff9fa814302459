import type { Heard, Sample, Seen } from './sample.ts'

/** One entry of RTCStatsReport. Browsers and libraries differ in what they have. */
type Entry = Readonly<Record<string, unknown>>

/** `report`: the values of RTCStatsReport, as of Chromium, Firefox, Safari or @roamhq/wrtc. `at` where they have no time. */
export function readSample(report: Iterable<unknown>, at: number): Sample {
  const entries = [...report].filter(isEntry)
  const ofType = (type: string) => entries.filter((entry) => entry['type'] === type)
  const inbound = ofType('inbound-rtp')
  const pair = selectedPair(entries)
  const reports = ofType('remote-inbound-rtp')
  const lasted = pair === undefined ? undefined : milliseconds(pair, 'currentRoundTripTime')
  const ends = [pair?.['localCandidateId'], pair?.['remoteCandidateId']]

  return {
    at: (pair && number(pair, 'timestamp')) ?? at,
    roundTripMs: lasted ?? most(reports, 'roundTripTime'),
    relayed: entries.some((entry) => ends.includes(entry['id']) && entry['candidateType'] === 'relay'),
    heard: heard(inbound.filter((entry) => entry['kind'] === 'audio')),
    seen: seen(inbound.filter((entry) => entry['kind'] === 'video')),
    sent:
      reports.length === 0
        ? undefined
        : { lossPercent: (most(reports, 'fractionLost') ?? 0) / 10, jitterMs: most(reports, 'jitter') ?? 0 },
    limitedMs:
      sum(
        ofType('outbound-rtp')
          .map((entry) => entry['qualityLimitationDurations'])
          .filter(isEntry),
        'bandwidth',
      ) * 1000,
  }
}

function heard(entries: readonly Entry[]): Heard | undefined {
  if (entries.length === 0) return undefined
  return {
    ...received(entries),
    bufferedMs: sum(entries, 'jitterBufferDelay') * 1000,
    played: sum(entries, 'jitterBufferEmittedCount'),
    samples: sum(entries, 'totalSamplesReceived'),
    concealed: sum(entries, 'concealedSamples') - sum(entries, 'silentConcealedSamples'),
  }
}

function seen(entries: readonly Entry[]): Seen | undefined {
  if (entries.length === 0) return undefined
  return { ...received(entries), frames: sum(entries, 'framesDecoded') }
}

function received(entries: readonly Entry[]) {
  return {
    packets: sum(entries, 'packetsReceived'),
    lost: sum(entries, 'packetsLost'),
    bytes: sum(entries, 'bytesReceived'),
    jitterMs: most(entries, 'jitter') ?? 0,
  }
}

function selectedPair(entries: readonly Entry[]): Entry | undefined {
  const transport = entries.find((entry) => typeof entry['selectedCandidatePairId'] === 'string')
  const pairs = entries.filter((entry) => entry['type'] === 'candidate-pair')
  return (
    pairs.find((pair) => pair['id'] === transport?.['selectedCandidatePairId']) ??
    // Firefox has no transport.
    pairs.find((pair) => pair['selected'] === true) ??
    pairs.find((pair) => pair['nominated'] === true && pair['state'] === 'succeeded')
  )
}

function isEntry(entry: unknown): entry is Entry {
  return typeof entry === 'object' && entry !== null
}

function number(entry: Entry, field: string): number | undefined {
  const value = entry[field]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Reports have seconds. */
function milliseconds(entry: Entry, field: string): number | undefined {
  const seconds = number(entry, field)
  return seconds === undefined ? undefined : seconds * 1000
}

function sum(entries: readonly Entry[], field: string): number {
  return entries.reduce((total, entry) => total + (number(entry, field) ?? 0), 0)
}

/** The greatest, times 1000: milliseconds of seconds, or thousandths of a fraction. */
function most(entries: readonly Entry[], field: string): number | undefined {
  const values = entries.map((entry) => milliseconds(entry, field)).filter((value) => value !== undefined)
  return values.length === 0 ? undefined : Math.max(...values)
}
