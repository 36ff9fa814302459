import { createInterface } from 'node:readline'

/** Where the client shows itself: a terminal that is drawn anew, or lines that follow each other. */
export interface Terminal {
  /** Each line that is typed; ends with Ctrl-D, Ctrl-C or the end of the input. */
  readonly lines: AsyncIterable<string>
  /** Shows how things are; nothing where there is no screen. */
  draw(picture: (columns: number, rows: number) => readonly string[]): void
  /** One thing that happened; where there is a screen `draw` shows it. */
  tell(line: string): void
  close(): void
}

export function openTerminal(): Terminal {
  const { stdin, stdout } = process
  if (stdin.isTTY && stdout.isTTY) return screen()
  const lines = createInterface({ input: stdin })
  return {
    lines,
    draw: () => undefined,
    tell(line) {
      stdout.write(`${line}\n`)
    },
    close() {
      lines.close()
    },
  }
}

/** The picture on top, the line that is typed below it. On an alternate screen: what was there before comes back. */
function screen(): Terminal {
  const { stdin, stdout } = process
  stdout.write('\u001B[?1049h')
  const lines = createInterface({ input: stdin, output: stdout, prompt: '> ' })
  lines.on('SIGINT', () => {
    lines.close()
  })
  return {
    lines,
    draw(picture) {
      const shown = picture(stdout.columns, stdout.rows)
      stdout.write(`\u001B[H${shown.map((line) => `${line}\u001B[K`).join('\r\n')}\r\n\u001B[J`)
      lines.prompt(true)
    },
    tell: () => undefined,
    close() {
      lines.close()
      stdout.write('\u001B[?1049l')
    },
  }
}
