import { StartupError } from '../application/ports/system/startup-error.ts'
import { loadConfig } from '../config/load.ts'
import { loadTls } from '../daemon/resources/load-tls.ts'
import { loadTokens } from '../daemon/resources/load-tokens.ts'
import { ExitCode } from './exit-code.ts'

/** Reads the configuration, and the certificate and keys that it names, as a start does. Writes nothing and listens nowhere. */
export async function checkConfig(path: string | undefined): Promise<ExitCode> {
  const request = { path, env: process.env, cwd: process.cwd() }
  try {
    const { config, source, warnings } = loadConfig(request)
    const tls = await loadTls(config)
    const tokens = await loadTokens(config)
    if (!tls.ok || !tokens.ok)
      throw new StartupError([...(tls.ok ? [] : tls.error), ...(tokens.ok ? [] : tokens.error)])
    const all = [...warnings, ...(tls.value?.warnings ?? [])]
    process.stderr.write(lines(all.map((warning) => `warning: ${warning}`)))
    process.stdout.write(`${source}: no faults${all.length === 0 ? '' : `, warnings: ${all.length}`}\n`)
    return ExitCode.done
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    process.stderr.write(`faults that keep roomrtc-server from starting:\n${lines(error.faults, '  ')}`)
    return ExitCode.refused
  }
}

function lines(texts: readonly string[], indent = ''): string {
  return texts.map((text) => `${indent}${text}\n`).join('')
}
