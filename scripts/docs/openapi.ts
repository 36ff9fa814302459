import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { startDaemon } from '../../src/compose.ts'
import { configSchema } from '../../src/config/schema.ts'

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** What a daemon says of its own routes. */
export async function openApiDocument(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  const config = configSchema.parse({
    server: { port: 0 },
    http: { port: 0 },
    uploads: { enabled: true, path: directory },
    persistence: { enable_persistence: false },
  })
  const daemon = await startDaemon(config, silent)
  try {
    const answer = await fetch(`http://127.0.0.1:${daemon.httpPort ?? 0}/openapi.json`)
    return `${JSON.stringify(z.json().parse(await answer.json()), null, 2)}\n`
  } finally {
    await daemon.stop()
    await rm(directory, { recursive: true })
  }
}

function nothing(): void {
  // Nobody reads it.
}
