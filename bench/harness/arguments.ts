import { parseArgs } from 'node:util'
import { type Bench, createBench, type Size } from './bench.ts'

interface Arguments<T> {
  readonly size: Size
  readonly bench: Bench
  /** Those that are asked for, in the order in which they are given; all, if none is named. */
  readonly wanted: readonly T[]
}

/**
 * What every program of the suite understands:
 * --only a,b     only these
 * --quick        fewer rounds, less of everything: for a first look
 * --smoke        next to nothing: only whether everything can be measured
 * --rounds 9     other than 5, or 2 with --quick
 *
 * A name that there is not ends the process with exit code 2.
 */
export function readArguments<T extends { readonly name: string }>(all: readonly T[]): Arguments<T> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean' },
      smoke: { type: 'boolean' },
      rounds: { type: 'string' },
    },
  })
  const only = values.only?.split(',')
  const unknown = only?.filter((name) => all.every((one) => one.name !== name)) ?? []
  if (unknown.length > 0) {
    console.error(`there is no ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`)
    process.exit(2)
  }
  const size = values.smoke === true ? 'smoke' : values.quick === true ? 'quick' : 'full'
  return {
    size,
    bench: values.rounds === undefined ? createBench(size) : createBench(size, Number(values.rounds)),
    wanted: all.filter(({ name }) => only?.includes(name) ?? true),
  }
}
