import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FairQueue } from '../../../src/infrastructure/passwords/fair-queue.ts'

interface Task {
  readonly from: string
  readonly id: number
}

/** Tasks named `a1`, `b2`: the letter is the address. */
const tasks = (names: string): Task[] =>
  names.split(' ').map((name) => ({ from: name.charAt(0), id: Number(name.slice(1)) }))
const nameOf = (task: Task | undefined) => (task === undefined ? undefined : `${task.from}${task.id}`)

function enter(queue: FairQueue<Task>, names: string): (string | undefined)[] {
  return tasks(names).map((task) => nameOf(queue.enter(task)))
}

/** All that is left, one after the other. */
function runAll(queue: FairQueue<Task>): string {
  const order: (string | undefined)[] = []
  for (let task = queue.next(); task !== undefined; task = queue.next()) {
    order.push(nameOf(task))
    queue.done(task)
  }
  return order.join(' ')
}

describe('the order', () => {
  test('PW-18 addresses take turns, and of one address the first to come goes first', () => {
    const queue = new FairQueue<Task>({ atOnce: 1, places: 100 })
    enter(queue, 'a1 a2 a3 a4 b1 b2 c1')
    expect(runAll(queue)).toBe('a1 b1 c1 a2 b2 a3 a4')
  })

  test('PW-18 no more run at once than may, and each that is done lets the next one run', () => {
    const queue = new FairQueue<Task>({ atOnce: 2, places: 100 })
    enter(queue, 'a1 a2 a3')
    const [first, second] = [queue.next(), queue.next()]
    expect([nameOf(first), nameOf(second), queue.next()]).toEqual(['a1', 'a2', undefined])
    if (second !== undefined) queue.done(second)
    expect(nameOf(queue.next())).toBe('a3')
    expect(queue.next()).toBeUndefined()
  })
})

describe('when all places are taken', () => {
  test('PW-19 an address alone is refused what comes last', () => {
    const queue = new FairQueue<Task>({ atOnce: 1, places: 3 })
    expect(enter(queue, 'a1 a2 a3 a4')).toEqual([undefined, undefined, undefined, 'a4'])
    expect(runAll(queue)).toBe('a1 a2 a3')
  })

  test('PW-19 whoever holds less gets the place of the latest of the address that holds most, up to its share', () => {
    const queue = new FairQueue<Task>({ atOnce: 1, places: 5 })
    enter(queue, 'a1 a2 a3 a4 b1')
    expect(enter(queue, 'c1 b2 a5 c2')).toEqual(['a4', 'a3', 'a5', 'c2'])
    expect(runAll(queue)).toBe('a1 b1 c1 a2 b2')
  })

  test('PW-19 what runs counts, and is never pushed out', () => {
    const queue = new FairQueue<Task>({ atOnce: 2, places: 4 })
    enter(queue, 'a1 a2 a3')
    const running = [queue.next(), queue.next()]
    expect(running.map(nameOf)).toEqual(['a1', 'a2'])
    expect(enter(queue, 'b1 b2 c1 d1')).toEqual([undefined, 'a3', 'b2', 'd1'])
    for (const task of running) if (task !== undefined) queue.done(task)
    expect(runAll(queue)).toBe('b1 c1')
  })
})

/** The same in plain lists that are searched each time. */
class Twin {
  readonly waiting: Task[] = []
  readonly running: Task[] = []
  turns: string[] = []

  placesOf(from: string): number {
    return [...this.waiting, ...this.running].filter((task) => task.from === from).length
  }

  /** Who may have to leave for it: of equally greedy addresses any one. */
  leaving(task: Task, places: number): Task[] {
    if (this.waiting.length + this.running.length < places) return []
    const most = Math.max(0, ...this.waiting.map(({ from }) => this.placesOf(from)))
    if (this.placesOf(task.from) + 1 >= most) return [task]
    const greediest = this.turns.filter((from) => this.placesOf(from) === most)
    return greediest.flatMap((from) => this.waiting.findLast((other) => other.from === from) ?? [])
  }

  add(task: Task): void {
    this.waiting.push(task)
    if (!this.turns.includes(task.from)) this.turns.push(task.from)
  }

  remove(task: Task): void {
    this.waiting.splice(this.waiting.indexOf(task), 1)
    if (!this.waiting.some(({ from }) => from === task.from))
      this.turns = this.turns.filter((from) => from !== task.from)
  }

  next(atOnce: number): Task | undefined {
    const [from] = this.turns
    const task = this.waiting.find((other) => other.from === from)
    if (task === undefined || this.running.length >= atOnce) return undefined
    this.turns = this.turns.filter((other) => other !== from)
    this.remove(task)
    if (this.waiting.some((other) => other.from === from)) this.turns.push(task.from)
    this.running.push(task)
    return task
  }
}

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('enter'), pick: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('next'), pick: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('done'), pick: fc.nat() }) },
)

test('PW-20 whatever comes and in whatever order: nobody is lost, no bound is passed, every choice is the fair one', () => {
  fc.assert(
    fc.property(
      fc.record({ atOnce: fc.integer({ min: 1, max: 4 }), places: fc.integer({ min: 1, max: 12 }) }),
      fc.array(action, { maxLength: 300, size: 'max' }),
      (bounds, actions) => {
        const queue = new FairQueue<Task>(bounds)
        const twin = new Twin()
        for (const [id, { kind, pick }] of actions.entries()) {
          if (kind === 'enter') {
            const task = { from: `address ${pick}`, id }
            const fair = twin.leaving(task, bounds.places)
            const leaving = queue.enter(task)
            expect(fair.length === 0 ? [undefined] : fair).toContain(leaving)
            if (leaving !== task) twin.add(task)
            if (leaving !== undefined && leaving !== task) twin.remove(leaving)
          } else if (kind === 'next') {
            expect(queue.next()).toBe(twin.next(bounds.atOnce))
          } else {
            const [task] = twin.running.splice(pick % Math.max(1, twin.running.length), 1)
            if (task !== undefined) queue.done(task)
          }
          expect(queue.held).toBe(twin.waiting.length + twin.running.length)
          expect(queue.held).toBeLessThanOrEqual(bounds.places)
        }
        expect(new Set(queue.clear())).toEqual(new Set(twin.waiting))
        for (const task of twin.running) queue.done(task)
        expect([queue.held, queue.next()]).toEqual([0, undefined])
      },
    ),
    { numRuns: 100 },
  )
})

test('PW-20 whoever is not running cannot be done', () => {
  const queue = new FairQueue<Task>({ atOnce: 1, places: 2 })
  const [task] = tasks('a1')
  if (task === undefined) throw new Error('no task')
  queue.enter(task)
  expect(() => {
    queue.done(task)
  }).toThrow('done without having run')
})
