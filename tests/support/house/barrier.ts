/** A place where work waits until the test lets it go on. */
export interface Barrier {
  /** For the work: resolves when `open` is called. */
  readonly wait: () => Promise<void>
  readonly open: () => void
}

export function createBarrier(): Barrier {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    wait: () => opened,
    open: () => {
      open()
    },
  }
}
