import { describe, expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { fitToDescriptors } from '../../../src/daemon/descriptors.ts'
import { watchDescriptors } from '../../../src/infrastructure/system/descriptor-watch.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'

function fitted(openFiles: number | undefined, server: object = {}, hash_threads = 1) {
  const config = configSchema.parse({ server, security: { hash_threads } })
  const { config: fit, warning } = fitToDescriptors(config, openFiles)
  const { max_connections, max_guests } = fit.server
  return { max_connections, max_guests, warned: warning !== undefined }
}

describe('the limit of open files', () => {
  test('CONF-20 CONF-21 cuts connections to what it has room for, and the guests among them in proportion', () => {
    expect(fitted(4096)).toEqual({ max_connections: 3964, max_guests: 1982, warned: true })
    expect(fitted(4096, {}, 256)).toEqual({ max_connections: 2944, max_guests: 1472, warned: true })
    expect(fitted(4096, { max_guests: 1 })).toMatchObject({ max_guests: 1 })
  })

  test('CONF-20 changes nothing where it suffices, or where there is none', () => {
    const asConfigured = { max_connections: 10_000, max_guests: 5_000, warned: false }
    expect(fitted(10_132)).toEqual(asConfigured)
    expect(fitted(undefined)).toEqual(asConfigured)
    expect(fitted(10_131)).toMatchObject({ max_connections: 9_999, warned: true })
  })

  test('CONF-20 lets one connection in, however low it is', () => {
    expect(fitted(20)).toEqual({ max_connections: 1, max_guests: 1, warned: true })
    expect(fitted(20, { max_connections: 1 })).toMatchObject({ max_connections: 1, warned: false })
  })
})

test('LIFE-24 a shortage that comes and goes by the second is one in the log, and ends once it is over for good', () => {
  const { log, lines } = createSpyLog()
  let cause: string | undefined
  let look = (): void => undefined
  const stop = watchDescriptors(
    log,
    (_ms, task) => {
      look = task
      return () => (look = () => undefined)
    },
    () => cause,
  )
  const looks = (...causes: (typeof cause)[]) => {
    for (cause of causes) look()
  }
  const free = Array.from({ length: 5 }, () => undefined)
  looks(...free)
  expect(lines).toEqual([])
  looks('ENFILE', 'ENFILE', undefined, 'EMFILE', ...free.slice(1), 'EMFILE', ...free.slice(1))
  expect(lines).toMatchObject([{ cause: 'ENFILE', message: expect.stringMatching(/^no file descriptor/) }])
  looks(undefined, ...free)
  expect(lines.slice(1)).toMatchObject([{ message: expect.stringMatching(/^there are file descriptors/) }])
  looks('EMFILE')
  expect(lines).toHaveLength(3)
  stop()
})
