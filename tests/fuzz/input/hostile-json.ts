import type { Random } from './random.ts'

/** JSON texts, not values: keys may come twice, numbers be too large for a double, surrogates stand alone. */

const STRINGS = [
  '""',
  '" "',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\ud83d\\ude00 \\ud83d"',
  '"\\u0000"',
  '"\\u001b[31m"',
  '"\\r\\nid|name|hash|1\\r\\n"',
  '"\\u2028\\u2029\\ufeff\\u202e"',
  '"\\"\\\\/\\b\\f"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"null"',
  '"true"',
  '"-1"',
  '"{\\"success\\":true}"',
  '"é́𝒳👩‍👩‍👧"',
  '"../../etc/passwd"',
  '"%s%n${x}"',
] as const

const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '0.5',
  '1e0',
  '1e-999',
  '1e999',
  '-1e999',
  '1e15',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '-9007199254740993',
  '123456789012345678901234567890',
] as const

const POISONED = [
  '{"__proto__":{"polluted":true}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"prototype":{"polluted":true},"__proto__":[]}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":null,"toJSON":3}',
  '{"then":1,"length":4294967295,"0":0}',
] as const

function hostileString(random: Random, maxBytes: number): string {
  return random.oneOf([
    [20, () => random.pick(STRINGS)],
    [
      2,
      () => `"${'x'.repeat(random.pick([1, 32, 33, 64, 65, 128, 129, 1024, 1025, 4096, 4097]) % maxBytes)}"`,
    ],
    [1, () => `"${'x'.repeat(random.below(Math.max(1, maxBytes - 2)))}"`],
    [1, () => `"${'\\ud800'.repeat(random.below(Math.max(1, Math.floor(Math.min(maxBytes, 6000) / 6))))}"`],
    [2, () => JSON.stringify(random.bytes(random.below(24)).toString('latin1'))],
  ])
}

/** A JSON text that is valid, and of a kind or size that nobody expects; about `maxBytes` long at most. */
export function hostileValue(random: Random, maxBytes: number): string {
  return random.oneOf([
    [10, () => hostileString(random, maxBytes)],
    [10, () => random.pick(NUMBERS)],
    [1, () => `${random.pick(['', '-'])}${'9'.repeat(random.between(1, Math.min(400, maxBytes)))}`],
    [6, () => random.pick(['true', 'false', 'null', '[]', '{}', '[[]]', '[null]', '{"":null}'])],
    [4, () => random.pick(POISONED)],
    [1, () => deep(random, maxBytes)],
    [1, () => wide(random, maxBytes)],
  ])
}

function deep(random: Random, maxBytes: number): string {
  const [open, core, close] = random.pick([
    ['[', '', ']'],
    ['{"a":', '1', '}'],
    ['{"__proto__":', '{}', '}'],
    ['[{"a":', '[]', '}]'],
  ])
  const depth = random.pick([10, 100, 1000, 10_000, 1_000_000])
  const most = Math.floor((maxBytes - core.length) / (open.length + close.length))
  const times = Math.max(1, Math.min(depth, most))
  return open.repeat(times) + core + close.repeat(times)
}

function wide(random: Random, maxBytes: number): string {
  const times = Math.max(1, Math.floor(random.below(maxBytes) / 12))
  return random.oneOf([
    [1, () => `[${'0,'.repeat(times)}0]`],
    [1, () => `{${Array.from({ length: times }, (_, i) => `"k${i}":0`).join(',')}}`],
    [1, () => `{${'"a":0,'.repeat(times)}"a":{}}`],
  ])
}
