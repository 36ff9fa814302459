import { conclude } from '../harness/verdicts/conclusion.ts'
import type { machine } from '../harness/machine/machine.ts'
import type { Measured } from '../harness/measure.ts'
import { number } from '../harness/verdicts/table.ts'
import type { AtSize } from './growth.ts'
import type { Figures, Plot } from './plots.ts'

interface Content {
  readonly where: ReturnType<typeof machine>
  readonly size: string
  readonly measured: Measured
  readonly figures: Figures
  readonly plots: readonly Plot[]
}

/** The report, in Markdown. */
export function writeUp({ where, size, measured, figures, plots }: Content): string {
  const { lines } = conclude({ ...measured, skipped: [] })
  return [
    '# The benchmark',
    '',
    `By \`npm run bench:report\`${size === 'full' ? '' : ` --${size}`}, ${where.at}, of ${source(where)}.`,
    `Node ${where.node}, ${where.cores} cores of ${where.cpu ?? 'an unknown kind'}, Linux ${where.kernel}, load at the beginning ${where.loadBefore.map(number).join(', ')}.`,
    '[NOTES.md](NOTES.md) says what each row measures. Ratios are taken within a round; the median counts.',
    '',
    ...markdown(
      ['row', 'figure', 'daemon', 'against', 'ratio', 'spread', 'mark', ''],
      measured.verdicts.map(({ row, figure, unit, against, daemon, base, ratio, mark, met }) => [
        row,
        figure,
        `${number(daemon)} ${unit}`,
        against === undefined ? '' : `${number(base)} ${unit}: ${against}`,
        number(ratio.median),
        `${number(ratio.min)} to ${number(ratio.max)}`,
        mark,
        mark === '' ? '' : met ? 'met' : '**missed**',
      ]),
    ),
    '',
    lines.length === 0
      ? 'All marks are met.'
      : `Not met: ${lines.join('; ')}. [NOTES.md](NOTES.md) says why.`,
    ...measured.skipped.map((line) => `\n${line}.`),
    '',
    '## Growth',
    '',
    ...plots.flatMap(({ file, title }) => [`![${title}](report/${file})`, '']),
    ...markdown(
      ['connections', 'RSS, MiB', 'relay, µs of CPU', 'change, µs of CPU', 'change, ms'],
      figures.daemon.growth.map((daemon, i) => growthLine(daemon, figures.floor.growth[i])),
    ),
    '',
    'Each cell: daemon / floor.',
    '',
  ].join('\n')
}

function source({ sources, clean }: Content['where']): string {
  return `the sources \`git rev-parse HEAD:src\` = \`${sources}\`${clean ? '' : ' with changes'}`
}

function growthLine(daemon: AtSize, floor: AtSize | undefined): string[] {
  const both = (of: (size: AtSize) => number) =>
    `${number(of(daemon))} / ${floor === undefined ? '' : number(of(floor))}`
  return [
    String(daemon.connections),
    both(({ rssMiB }) => rssMiB),
    both(({ relayCpuUs }) => relayCpuUs),
    both(({ changeCpuUs }) => changeCpuUs),
    both(({ changeMs }) => changeMs),
  ]
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...lines.map(line)]
}
