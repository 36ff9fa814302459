import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findFreePort } from '../support/programs/free-port.ts'
import { spawnDaemon, type SpawnedDaemon } from '../support/programs/spawned-daemon.ts'
import { setUpCall } from '../support/wire/raw-client.ts'
import { visits } from '../support/wire/visits.ts'
import { canRun, run } from './program.ts'

const { afterwards, connect } = visits()

async function start(): Promise<{ daemon: SpawnedDaemon; target: string }> {
  const port = await findFreePort('tcp')
  const daemon = await spawnDaemon({ config: { http: { port }, security: { bcrypt_cost: 4 } } })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return { daemon, target: `127.0.0.1:${port}` }
}

describe.skipIf(!canRun('promtool', 'prometheus'))('promtool', () => {
  test('METRIC-10 finds no fault in the alert rules', () => {
    expect(run('promtool', ['check', 'rules', 'deploy/prometheus/alerts.yml'])).toContain('SUCCESS')
  })

  test('METRIC-10 each alert fires when it should, and not before', () => {
    expect(run('promtool', ['test', 'rules', 'tests/programs/alerts.test.yml'])).toContain('SUCCESS')
  })

  test('METRIC-10 finds no fault in what the server tells', async () => {
    const { target } = await start()
    const text = await (await fetch(`http://${target}/metrics`)).text()
    const check = spawn('promtool', ['check', 'metrics'])
    let said = ''
    for (const output of [check.stdout, check.stderr])
      output.setEncoding('utf8').on('data', (some: string) => (said += some))
    check.stdin.end(text)
    await once(check, 'close')
    expect([check.exitCode, said]).toEqual([0, ''])
  })
})

describe.skipIf(!canRun('prometheus'))('Prometheus', () => {
  test('METRIC-10 reads the metrics, and loads the rules', async () => {
    const { daemon, target } = await start()
    await setUpCall(await connect(daemon), await connect(daemon))
    const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-prometheus-'))
    afterwards(() => rm(cwd, { recursive: true, force: true }))
    const config = {
      global: { scrape_interval: '200ms', scrape_timeout: '200ms', evaluation_interval: '200ms' },
      rule_files: [resolve('deploy/prometheus/alerts.yml')],
      scrape_configs: [{ job_name: 'roomrtc', static_configs: [{ targets: [target] }] }],
    }
    // JSON is YAML.
    await writeFile(join(cwd, 'prometheus.yml'), JSON.stringify(config))
    const listen = `127.0.0.1:${await findFreePort('tcp')}`
    const prometheus = spawn(
      'prometheus',
      ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${listen}`],
      { cwd, stdio: 'ignore' },
    )
    const closed = once(prometheus, 'close')
    afterwards(() => {
      prometheus.kill('SIGKILL')
      return closed
    })
    const ask = async (query: string) => {
      const url = `http://${listen}/api/v1/query?query=${encodeURIComponent(query)}`
      const answer = await fetch(url).catch(() => undefined)
      return answer?.ok === true
        ? values.parse(await answer.json()).data.result.map(({ value }) => value[1])
        : []
    }
    await expect.poll(() => ask('roomrtc_calls{job="roomrtc",phase="active"}')).toEqual(['1'])
    await expect.poll(() => ask('sum(roomrtc_sessions)')).toEqual(['2'])
    expect(await ask('ALERTS{alertstate="firing"}')).toEqual([])
  })
})

const values = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
})
