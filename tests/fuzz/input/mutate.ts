import { hostileValue } from './hostile-json.ts'
import type { Random } from './random.ts'
import type { Fields } from './requests.ts'

/** One to three changes to the fields of a payload: swapped, dropped, doubled, of another kind, joined by strangers. */
export function mutateFields(random: Random, fields: Fields, maxBytes: number): Fields {
  let mutated = fields
  for (let times = random.between(1, 3); times > 0; times--) mutated = mutateField(random, mutated, maxBytes)
  return mutated
}

function mutateField(random: Random, fields: Fields, maxBytes: number): Fields {
  const at = random.below(Math.max(1, fields.length))
  const [name, json] = fields[at] ?? ['', 'null']
  const put = (...instead: Fields): Fields => fields.toSpliced(at, 1, ...instead)
  return random.oneOf([
    [8, () => put([name, hostileValue(random, maxBytes)])],
    [3, () => put([name, swapped(random, fields)])],
    [2, () => put()],
    [2, () => put([name, json], [name, hostileValue(random, maxBytes)])],
    [2, () => put([name, hostileValue(random, maxBytes)], [name, json])],
    [1, () => put([name, `[${json}]`])],
    [1, () => put([name, `{"${name}":${json}}`])],
    [1, () => put([name.toUpperCase(), json])],
    [1, () => put([`${name}\u0000`, json])],
    [1, () => fields.toReversed()],
    [3, () => [...fields, ['request_id', hostileValue(random, maxBytes)]]],
    [
      2,
      () => [
        [random.pick(['__proto__', 'constructor', 'toString', '']), hostileValue(random, maxBytes)],
        ...fields,
      ],
    ],
    [1, () => [['__proto__', `{${fields.map(([key, value]) => `"${key}":${value}`).join(',')}}`]]],
  ])
}

function swapped(random: Random, fields: Fields): string {
  return fields[random.below(Math.max(1, fields.length))]?.[1] ?? 'null'
}

/** What UTF-8 forbids: overlong forms, surrogates, what is beyond U+10FFFF, pieces of characters. */
const ILL_FORMED = [
  'c080',
  'c0af',
  'e080af',
  'f08080af',
  'f8888080',
  'eda080',
  'edbfbf',
  'f4908080',
  'ff',
  'fe',
  '80',
  'c3',
  'e282',
  'efbbbf',
] as const

/** One change to bytes, whatever they mean. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1)
  const to = Math.min(bytes.length, at + random.below(16))
  const replace = (from: number, until: number, ...instead: Buffer[]): Buffer =>
    Buffer.concat([bytes.subarray(0, from), ...instead, bytes.subarray(until)])
  return random.oneOf([
    [4, () => replace(at, at + 1, Buffer.of((bytes[at] ?? 0) ^ (1 << random.below(8))))],
    [3, () => replace(at, at + 1, random.bytes(1))],
    [3, () => replace(at, at, random.bytes(random.between(1, 8)))],
    [2, () => replace(at, to)],
    [2, () => replace(to, to, bytes.subarray(at, to))],
    [2, () => bytes.subarray(0, at)],
    [4, () => replace(at, at, Buffer.from(random.pick(ILL_FORMED), 'hex'))],
    [1, () => Buffer.from(bytes).reverse()],
  ])
}
