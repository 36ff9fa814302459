import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { VERSION } from '../../src/version.ts'

const ID =
  /\b(?:WIRE|REQ|AUTH|SESS|PRES|CALL|RELAY|BEAT|TIME|BOUND|LIFE|CONF|STORE|TLS|LOG|PW|DEMO|CHECK|HELLO|RESUME|ICE|PROXY|RATE|ATTACK|BENCH)-(?:\d+|REC)\b/g

const DESCRIPTIONS = ['PROTOCOL.md', 'CONFIG.md', 'docs/behaviours.md']

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
})
const schemas = z.object({
  $defs: z.record(z.string(), objectSchema.extend({ anyOf: z.array(objectSchema).optional() })),
})

function idsIn(text: string): string[] {
  return text.match(ID) ?? []
}

/** Where a document defines a behaviour: at the start of a list item, in bold. */
function definedIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^- \*\*([A-Z]+-\w+)\*\*/gm)].map((match) => match[1] ?? '')
}

function testFiles(): string[] {
  return readdirSync('tests', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(test|contract)\.ts$/.test(file) || /vectors.*\.json$/.test(file))
    .map((file) => join('tests', file))
}

describe('the checks of this repository', () => {
  test('CHECK-1 a module that breaks the layers is noticed, and so is an empty tree', () => {
    const check = (root: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', 'scripts/check-layers.ts', root], { encoding: 'utf8' })
    const planted = check('tests/fixtures/layers')
    expect(planted.status).toBe(1)
    expect(planted.stderr).toContain(
      'layer-domain: tests/fixtures/layers/src/domain/planted.ts must not import',
    )
    expect(check('tests/vectors').status).toBe(1)
  }, 60_000)

  test('CHECK-2 every behaviour is described once and tested, and every id cited is described', () => {
    const defined = DESCRIPTIONS.flatMap(definedIn)
    expect(defined.filter((id, i) => defined.indexOf(id) !== i)).toEqual([])
    const cited = new Set(testFiles().flatMap((file) => idsIn(readFileSync(file, 'utf8'))))
    expect(defined.filter((id) => !cited.has(id))).toEqual([])
    expect([...cited].filter((id) => !defined.includes(id))).toEqual([])
  })

  test('CHECK-3 every threat names what proves that it is stopped, and all of that is described', () => {
    const defined = DESCRIPTIONS.flatMap(definedIn)
    const threats = [...readFileSync('SECURITY.md', 'utf8').matchAll(/^\|(.*)\|(.*)\|(.*)\|$/gm)]
      .map(([, threat = '', , proof = '']) => ({ threat: threat.trim(), ids: proof.trim().split(', ') }))
      .filter(({ threat }) => threat !== 'threat' && threat !== '---')
    expect(threats.length).toBeGreaterThan(40)
    expect(threats.filter(({ ids }) => !ids.every((id) => defined.includes(id)))).toEqual([])
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
