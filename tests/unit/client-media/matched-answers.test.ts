import { expect, it } from 'vitest'
import { MatchedAnswers } from '../../../clients/typescript/src/media/room/matched-answers.ts'

const sdp = (session: number, version: number) =>
  `v=0\r\no=- ${session} ${version} IN IP4 127.0.0.1\r\ns=-\r\n`

it('MEDIA-22 an answer is taken by who made the offer that it is for, or where it does not say', () => {
  const [here, there] = [new MatchedAnswers(), new MatchedAnswers()]
  const offer = { kind: 'offer', sdp: sdp(1, 2) } as const
  const answer = { kind: 'answer', sdp: sdp(3, 2) } as const
  expect(here.send(offer)).toBe(offer)
  expect(there.take(offer)).toBe(true)
  const told = there.send(answer)
  expect(here.take(told)).toBe(true)
  expect(here.take(answer)).toBe(true)
  for (const later of [sdp(1, 3), sdp(4, 2)]) {
    here.send({ kind: 'offer', sdp: later })
    expect(here.take(told)).toBe(false)
  }
})
