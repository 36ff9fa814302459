import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { citations, describedBehaviours, familyOf } from '../../../scripts/docs/behaviours.ts'
import { VERSION } from '../../../src/daemon/version.ts'

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
})
const schemas = z.object({
  $defs: z.record(z.string(), objectSchema.extend({ anyOf: z.array(objectSchema).optional() })),
})

function describedIds(): readonly string[] {
  return describedBehaviours().map(({ id }) => id)
}

describe('the checks of this repository', () => {
  test('CHECK-1 a module that breaks the layers is noticed, and so is an empty tree', () => {
    const check = (root: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', 'scripts/check/layers.ts', root], { encoding: 'utf8' })
    const planted = check('tests/fixtures/layers')
    expect(planted.status).toBe(1)
    expect(planted.stderr).toContain(
      'layer-domain: tests/fixtures/layers/src/domain/planted.ts must not import',
    )
    expect(planted.stderr).toContain(
      'page-stands-alone: tests/fixtures/layers/web/src/planted.ts must not import',
    )
    expect(check('conformance/vectors').status).toBe(1)
  }, 60_000)

  test('CHECK-2 every behaviour is described once and tested, and every id cited is described', () => {
    const described = describedIds()
    expect(described.filter((id, i) => described.indexOf(id) !== i)).toEqual([])
    const cited = citations(new Set(described.map(familyOf)))
    expect(described.filter((id) => !cited.has(id))).toEqual([])
    expect([...cited.keys()].filter((id) => !described.includes(id))).toEqual([])
  })

  test('CHECK-3 every threat names what proves that it is stopped, and all of that is described', () => {
    const described = describedIds()
    const threats = [...readFileSync('SECURITY.md', 'utf8').matchAll(/^\|(.*)\|(.*)\|(.*)\|$/gm)]
      .map(([, threat = '', , proof = '']) => ({ threat: threat.trim(), ids: proof.trim().split(', ') }))
      .filter(({ threat }) => threat !== 'threat' && threat !== '---')
    expect(threats.length).toBeGreaterThan(40)
    expect(threats.filter(({ ids }) => !ids.every((id) => described.includes(id)))).toEqual([])
  })

  test('CHECK-2 REQ-1 the JSON Schema of every message knows request_id and shuts no further field out', () => {
    const { $defs } = schemas.parse(JSON.parse(readFileSync('docs/messages.schema.json', 'utf8')))
    for (const [name, schema] of Object.entries($defs)) {
      for (const variant of schema.anyOf ?? [schema]) {
        expect([name, Object.keys(variant.properties ?? {})]).toEqual([
          name,
          expect.arrayContaining(['request_id']),
        ])
        expect(variant.additionalProperties).not.toBe(false)
      }
    }
  })

  test('HELLO-1 the version that WELCOME tells is that of the package', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')))
    expect(VERSION).toBe(version)
  })

  test('CHECK-2 the generated tables are those of the code', () => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/generate-docs.ts', '--check'])
  })
})
