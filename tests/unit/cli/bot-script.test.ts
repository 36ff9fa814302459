import { describe, expect, test } from 'vitest'
import { readScript } from '../../../src/cli/bot/script.ts'

describe('the script of a bot', () => {
  test('BOT-1 steps stand between commas, and a wait is in seconds', () => {
    expect(readScript('wait 1.5, accept,hold ,  unhold, hangup')).toEqual({
      ok: true,
      value: [{ do: 'wait', ms: 1500 }, { do: 'accept' }, { do: 'hold' }, { do: 'unhold' }, { do: 'hangup' }],
    })
  })

  test.each(['', 'accept,', 'wait', 'wait -1', 'wait 1s', 'wait 86401', 'sing', 'Accept'])(
    'BOT-1 "%s" is refused, and the step that is none is named',
    (text) => {
      const read = readScript(text)
      const wrong = text.split(',').at(-1)?.trim() ?? ''
      expect(read).toEqual({ ok: false, error: expect.stringContaining(`"${wrong}" is no step`) })
    },
  )
})
