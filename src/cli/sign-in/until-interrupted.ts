interface Stop {
  /** Resolves at Ctrl-C, SIGTERM or `now`; rejects with what `now` was given. */
  readonly interrupted: Promise<void>
  now(why?: Error): void
  release(): void
}

/** For a command that goes on until somebody ends it. */
export function untilInterrupted(): Stop {
  let now: Stop['now'] = () => undefined
  const interrupted = new Promise<void>((resolve, reject) => {
    now = (why) => {
      if (why === undefined) resolve()
      else reject(why)
    }
  })
  // Whoever waits is told; before that it is no fault.
  interrupted.catch(() => undefined)
  const onSignal = () => {
    now()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    interrupted,
    now,
    release() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    },
  }
}
