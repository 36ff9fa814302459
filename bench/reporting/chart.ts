/** A line of a chart. */
export interface Series {
  readonly name: string
  readonly points: readonly Point[]
}

interface Point {
  readonly x: number
  readonly y: number
}

interface Chart {
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  readonly series: readonly Series[]
  /** What stands at the places of x, where these are not simply numbers. */
  readonly xLabels?: Readonly<Record<number, string>>
}

const WIDTH = 640
const HEIGHT = 360
const LEFT = 70
const RIGHT = 20
const TOP = 40
const BOTTOM = 50
const COLOURS = ['#7a7a7a', '#0b6bcb', '#c2410c', '#15803d']

/** A chart of lines as SVG. Both axes begin at 0, so that growth has its true shape; so does a cost that stays flat. */
export function chart({ title, xTitle, yTitle, series, xLabels }: Chart): string {
  const points = series.flatMap((one) => one.points)
  const xMax = Math.max(...points.map(({ x }) => x))
  const yTicks = ticks(Math.max(...points.map(({ y }) => y)))
  const yMax = yTicks.at(-1) ?? 1
  const x = (value: number) => round(LEFT + (value / xMax) * (WIDTH - LEFT - RIGHT))
  const y = (value: number) => round(HEIGHT - BOTTOM - (value / yMax) * (HEIGHT - TOP - BOTTOM))
  const places = [...new Set(points.map((point) => point.x))]

  const parts = [
    text(WIDTH / 2, 20, title, 'middle', 15),
    ...yTicks.flatMap((tick) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}" stroke="#ddd"/>`,
      text(LEFT - 6, y(tick) + 4, plain(tick), 'end'),
    ]),
    ...places.flatMap((place) => [
      `<line x1="${x(place)}" x2="${x(place)}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 4}" stroke="#333"/>`,
      text(x(place), HEIGHT - BOTTOM + 17, xLabels?.[place] ?? plain(place), 'middle', 11),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, xTitle, 'middle'),
    `<g transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)">${text(0, 0, yTitle, 'middle')}</g>`,
    ...series.flatMap(({ name, points: own }, i) => {
      const colour = COLOURS[i % COLOURS.length] ?? '#000'
      const path = own.map((point) => `${x(point.x)},${y(point.y)}`).join(' ')
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...own.map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3" fill="${colour}"/>`),
        `<rect x="${LEFT + 12}" y="${TOP + 6 + 18 * i}" width="12" height="4" fill="${colour}"/>`,
        text(LEFT + 30, TOP + 12 + 18 * i, name, 'start'),
      ]
    }),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

/** From 0 to beyond the largest value, in four or five steps of a round size. */
function ticks(largest: number): number[] {
  const rough = largest / 4
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * unit).find((size) => size >= rough) ?? 10 * unit
  const count = Math.ceil(largest / step)
  return Array.from({ length: count + 1 }, (_, i) => i * step)
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', size = 12): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="#222">${safe}</text>`
}

function plain(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
