import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { loadPage } from '../../../src/daemon/page/load-page.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'

const ends = endsAfterEach()
const config = configSchema.parse({})

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'roomrtc-page-'))
  ends.push(() => rm(folder, { recursive: true }))
  return folder
}

test('PAGE-5 a page that has not been built is a warning that says what to do', async () => {
  const folder = await emptyFolder()
  for (const missing of [folder, join(folder, 'nowhere')]) {
    const { log, lines } = createSpyLog()
    expect(await loadPage(config, log, missing)).toBeUndefined()
    expect(lines.map(({ message }) => message)).toEqual([expect.stringContaining('npm run build makes it')])
  }
})

test('PAGE-4 what is no file of the page is not read into the table', async () => {
  const folder = await emptyFolder()
  const names = ['index.html', 'notes.txt', '.made-of', 'icon.svg']
  await Promise.all(names.map((name) => writeFile(join(folder, name), '<svg/>')))
  const { log, lines } = createSpyLog()
  const files = await loadPage(config, log, folder)
  expect([...(files?.keys() ?? [])].toSorted()).toEqual(['', 'icon.svg'])
  expect(lines).toEqual([])
})
