/**
 * What the check of types and lint is to find, and a module in which it finds that and nothing else. `./shared.ts` is
 * SHARED.
 */
export const BROKEN_MODULES: readonly (readonly [fault: string, text: string])[] = [
  ['typescript(TS2322)', `export const planted: string = 1`],
  ['typescript(TS6133)', `const planted = 1\nexport {}`],
  // What is more than types: enums and parameter properties.
  ['typescript(TS1294)', `export enum Planted { A }`],
  ['typescript(TS1294)', `export class Planted { constructor(readonly field: string) {} }`],

  ['eslint(max-lines)', Array.from({ length: 301 }, (_, i) => `export const n${i} = ${i}\n`).join('\n')],
  ['eslint(no-console)', `console.log('planted')`],
  ['eslint(no-unused-expressions)', `export const f = (on: boolean): void => { on }`],
  ['eslint(prefer-const)', `let kept = 1\nexport const other = kept`],
  ['import(no-default-export)', `export default function planted(): void {}`],
  ['typescript(ban-ts-comment)', `// @ts-ignore\nexport const planted = 1`],
  [
    'typescript(consistent-type-assertions)',
    `export const f = (word: string | number): string => word as string`,
  ],
  [
    'typescript(consistent-type-imports)',
    `import { Thing } from './shared.ts'\nexport const f = (it: Thing): number => it.method()`,
  ],
  ['typescript(no-explicit-any)', `export const f = (it: any): unknown => it`],
  ['typescript(no-non-null-assertion)', `export const f = (word: string | undefined): string => word!`],

  // What needs types.
  ['typescript(await-thenable)', `export const f = async (word: string): Promise<void> => { await word }`],
  ['typescript(no-base-to-string)', `export const f = (it: { readonly a: string }): string => String(it)`],
  ['typescript(no-confusing-void-expression)', `export const f = (g: () => void): unknown => [g()]`],
  ['typescript(no-deprecated)', `import { old } from './shared.ts'\nexport const again = old`],
  ['typescript(no-floating-promises)', `export const f = (later: () => Promise<void>): void => { later() }`],
  ['typescript(no-misused-promises)', `import { later, run } from './shared.ts'\nrun(later)`],
  ['typescript(no-unnecessary-condition)', `export const f = (kind: 'a' | 'b'): number => (kind ? 1 : 2)`],
  ['typescript(no-unsafe-argument)', `import { text } from './shared.ts'\ntext(JSON.parse('1'))`],
  ['typescript(no-unsafe-assignment)', `export const parsed = JSON.parse('1')`],
  ['typescript(no-unsafe-call)', `JSON.parse('1')()`],
  ['typescript(no-unsafe-member-access)', `export const f = (): unknown => JSON.parse('1').a`],
  ['typescript(no-unsafe-return)', `export const f = () => JSON.parse('1')`],
  ['typescript(only-throw-error)', `export const f = (): never => { throw 'planted' }`],
  ['typescript(require-await)', `export const f = async (): Promise<number> => 1`],
  ['typescript(restrict-plus-operands)', `export const f = (word: string, n: number): string => word + n`],
  [
    'typescript(restrict-template-expressions)',
    `export const f = (words: string[]): string => \`\${words}\``,
  ],
  [
    'typescript(return-await)',
    `export const f = async (g: () => Promise<void>): Promise<void> => { try { return g() } catch { await g() } }`,
  ],
  [
    'typescript(switch-exhaustiveness-check)',
    `export const f = (kind: 'a' | 'b'): void => { switch (kind) { case 'a': break } }`,
  ],
  [
    'typescript(unbound-method)',
    `import type { Thing } from './shared.ts'\nexport const f = (it: Thing): unknown => it.method`,
  ],
]

/** Nothing is wrong here. A template may hold a number. */
export const SHARED = `/** @deprecated Nobody needs it. */
export const old = 1
export const text = (word: string): string => word
export const later = (): Promise<void> => Promise.resolve()
export const run = (done: () => void): void => { done() }
export const count = (n: number): string => \`\${n}\`
export class Thing {
  field = 1
  method(): number { return this.field }
}
`

/** They may be in tests. */
export const ALLOWED_IN_TESTS: readonly string[] = [
  'eslint(no-console)',
  'import(no-default-export)',
  'typescript(no-base-to-string)',
  'typescript(no-confusing-void-expression)',
  'typescript(no-deprecated)',
  'typescript(no-unsafe-argument)',
  'typescript(no-unsafe-assignment)',
  'typescript(no-unsafe-call)',
  'typescript(no-unsafe-member-access)',
  'typescript(no-unsafe-return)',
  'typescript(unbound-method)',
]
