import type { Pause } from '../../application/ports/system/pause.ts'

export const systemPause: Pause = (ms, unless) =>
  new Promise((resolve) => {
    if (ms <= 0 || unless.aborted) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      unless.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    unless.addEventListener('abort', done)
  })
