import { test } from 'vitest'
import { Nodes } from './model/nodes.ts'
import { readFileSync } from 'node:fs'
test('dbg', async () => {
  const { seed, deeds } = JSON.parse(readFileSync('/tmp/deeds.json', 'utf8'))[0]
  const nodes = new Nodes(seed)
  await nodes.open()
  for (const deed of deeds) await nodes.perform(deed)
  await nodes.checkEnd()
})
