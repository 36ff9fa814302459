import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { z } from 'zod'
import type { PageHouse } from '../page-house.ts'
import type { Looks, Visitor } from '../visitor.ts'
import { FLOWS, KEPT_CONNECTIONS, SMALL_CAMERA } from './in-room.ts'

const flows = z.record(z.string(), z.object({ sound: z.number(), pictures: z.number() }))

/** Somebody whose page has a small camera, and is small itself: this machine has to draw five of them. */
export const small: Looks = {
  scripts: [SMALL_CAMERA, KEPT_CONNECTIONS],
  viewport: { width: 480, height: 480 },
}

export async function enterRoom({ page, button }: Visitor, typed = 'tea', name = typed): Promise<void> {
  await page.getByLabel('Name of a room').fill(typed)
  await button('Enter').click()
  await isIn({ page }, name)
}

/** Waits until the page shows the room. */
export async function isIn({ page }: Pick<Visitor, 'page'>, name = 'tea'): Promise<void> {
  await page.getByRole('main', { name: `Room ${name}` }).waitFor()
  await page.locator('.tile.is-own').waitFor()
}

export function tile({ page }: Visitor, name: string): Locator {
  return page.locator('.tile').filter({ has: page.getByText(name, { exact: true }) })
}

/** Waits until these are seen, and sound and pictures of each of them come, and go on coming. To look often is work, too. */
export async function receives(
  { page }: Visitor,
  names: readonly string[],
  often: { readonly timeout: number; readonly interval?: number } = { timeout: 20_000 },
): Promise<void> {
  const now = async () => flows.parse(await page.evaluate(FLOWS))
  await expect.poll(async () => Object.keys(await now()).toSorted(), often).toEqual(names.toSorted())
  const before = await now()
  const more = async () => {
    const after = await now()
    return names.filter((name) => {
      const [was, is] = [before[name], after[name]]
      return was !== undefined && is !== undefined && is.sound > was.sound && is.pictures > was.pictures
    })
  }
  await expect.poll(more, often).toEqual(names)
}

/** Each of them receives all others. */
export async function allReceive(people: Readonly<Record<string, Visitor>>): Promise<void> {
  const names = Object.keys(people)
  await Promise.all(
    Object.entries(people).map(([name, visitor]) =>
      receives(
        visitor,
        names.filter((other) => other !== name),
      ),
    ),
  )
}

/** Somebody new, in the room `tea`. */
export async function entered({ enter }: Pick<PageHouse, 'enter'>, name: string): Promise<Visitor> {
  const visitor = await enter(name, small)
  await enterRoom(visitor)
  return visitor
}
