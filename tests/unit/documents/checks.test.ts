import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { citations, describedBehaviours, familyOf } from '../../../scripts/docs/behaviours.ts'
import { VERSION } from '../../../src/daemon/version.ts'
import { endsAfterEach } from '../../support/ends.ts'

const ends = endsAfterEach()

const objectSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
})
const schemas = z.object({
  $defs: z.record(z.string(), objectSchema.extend({ anyOf: z.array(objectSchema).optional() })),
})

/** What the check of types and lint says of a tree that has this text in src and in tests. */
function checkCode(text: string): { readonly status: number | null; readonly stdout: string } {
  const root = mkdtempSync(join(tmpdir(), 'roomrtc-check-'))
  ends.push(() => {
    rmSync(root, { recursive: true })
  })
  writeFileSync(
    join(root, 'tsconfig.json'),
    JSON.stringify({
      extends: resolve('tsconfig.json'),
      include: ['src', 'tests'],
      compilerOptions: { types: [] },
    }),
  )
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module' }))
  for (const folder of ['src', 'tests']) {
    mkdirSync(join(root, folder))
    writeFileSync(join(root, folder, 'planted.ts'), text)
  }
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/check/code.ts', root], {
    encoding: 'utf8',
  })
  return { status, stdout: stripVTControlCharacters(stdout) }
}

/** Each of the last lines breaks a rule that must know the types. */
const PLANTED = `const later = (): Promise<void> => Promise.resolve()
const run = (done: () => void): void => { done() }
const text = (word: string): string => word
export async function planted(kind: 'a' | 'b', parsed: { any: ReturnType<typeof JSON.parse> }): Promise<void> {
  later()
  run(later)
  await text(kind)
  switch (kind) { case 'a': break }
  if (kind) text(parsed.any)
}
`

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
    expect(check('conformance/vectors').status).toBe(1)
  }, 60_000)

  test('CHECK-7 a type that does not fit is noticed, and so are, in src and in tests, promises and cases that nobody thought of', () => {
    expect(checkCode('export const planted: string = 1\n')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('TS2322'),
    })
    const { status, stdout } = checkCode(PLANTED)
    expect(status).toBe(1)
    const found = [...stdout.matchAll(/ @typescript-eslint\/(\S+)$/gm)].map(([, rule]) => rule)
    const everywhere = [
      'no-floating-promises',
      'no-misused-promises',
      'await-thenable',
      'switch-exhaustiveness-check',
      'no-unnecessary-condition',
    ]
    expect(found.toSorted()).toEqual([...everywhere, ...everywhere, 'no-unsafe-argument'].toSorted())
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
