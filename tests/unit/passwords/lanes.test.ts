import { describe, expect, test } from 'vitest'
import { Lanes } from '../../../src/infrastructure/passwords/lanes.ts'

interface Task {
  readonly name: string
  readonly from: string
  readonly known: boolean
}

/** Tasks named `a1`, `B2`: the letter is the address, a capital that of somebody who is known. */
const tasks = (names: string): Task[] =>
  names.split(' ').map((name) => ({
    name,
    from: name.charAt(0),
    known: /^[A-Z]/.test(name),
  }))

function enter(lanes: Lanes<Task>, names: string): (string | undefined)[] {
  return tasks(names).map((task) => lanes.enter(task)?.name)
}

function runAll(lanes: Lanes<Task>): string {
  const order: string[] = []
  for (let task = lanes.next(); task !== undefined; task = lanes.next()) {
    order.push(task.name)
    lanes.done(task)
  }
  return order.join(' ')
}

describe('PW-25 those who are known', () => {
  test('go first, and every fourth turn is a stranger\u2019s', () => {
    const lanes = new Lanes<Task>({ atOnce: 1, places: 80 })
    enter(lanes, 'a1 b1 c1 A1 A2 A3 A4 B1 B2')
    expect(runAll(lanes)).toBe('A1 B1 A2 a1 B2 A3 A4 b1 c1')
  })

  test('have places of their own, which no flood takes', () => {
    const lanes = new Lanes<Task>({ atOnce: 1, places: 8 })
    expect(enter(lanes, 'a1 b1 c1 d1 e1 f1 g1 h1')).toEqual([...Array<undefined>(7), 'h1'])
    expect(enter(lanes, 'A1')).toEqual([undefined])
    expect(lanes.held).toBe(8)
  })

  test('wait with the strangers where they are many, and an address does not fill the places of the others', () => {
    const lanes = new Lanes<Task>({ atOnce: 1, places: 16 })
    // There are two for them: of one address that comes with five the others wait as strangers do.
    enter(lanes, 'A1 A2 A3 A4 A5 B1')
    expect(runAll(lanes)).toBe('A1 B1 A3 A4 A5 A2')
  })

  test('are let go with all others, and no more run at once than may', () => {
    const lanes = new Lanes<Task>({ atOnce: 1, places: 80 })
    enter(lanes, 'a1 A1 A2')
    const running = lanes.next()
    expect([running?.name, lanes.next()]).toEqual(['A1', undefined])
    expect(lanes.clear().map(({ name }) => name)).toEqual(['A2', 'a1'])
    if (running !== undefined) lanes.done(running)
    expect(lanes.held).toBe(0)
    expect(() => {
      if (running !== undefined) lanes.done(running)
    }).toThrow('done without having run')
  })
})
