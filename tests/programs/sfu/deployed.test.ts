import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { canRun } from '../program.ts'

const ends = endsAfterEach()

describe.runIf(canRun('janus') && canRun('unshare', 'util-linux'))('the configuration for Janus', () => {
  it('DEPLOY-14 starts it with what the server uses, and nothing else', async () => {
    const folder = 'deploy/janus'
    const janus = ['/usr/bin/janus', `--config=${folder}/janus.jcfg`, `--configs-folder=${folder}`]
    // In a network of its own, where the port is free.
    const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...janus])
    const closed = once(child, 'close')
    ends.push(async () => {
      child.kill('SIGKILL')
      await closed
    })
    const loaded: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      const [, library] = /^Loading (?:plugin|transport plugin|logger plugin) '(.*)'/.exec(line) ?? []
      if (library !== undefined) loaded.push(library)
      if (line.includes('WebSockets thread started')) break
    }
    expect(loaded).toEqual(['libjanus_videoroom.so', 'libjanus_websockets.so'])
  })
})
