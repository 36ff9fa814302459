/** Something that will happen once, and that others wait for. */
export interface Once {
  readonly happened: Promise<void>
  happen(): void
}

export function createOnce(): Once {
  let happen: () => void = () => undefined
  const happened = new Promise<void>((resolve) => {
    happen = resolve
  })
  return { happened, happen }
}
