import { type Command, InvalidArgumentError, Option } from 'commander'
import { errorCode } from '../../domain/error-code.ts'
import { refused } from '../ctl/command-failure.ts'
import { ExitCode } from '../exit-code.ts'
import { writeOut } from '../out.ts'
import type { Sender } from './read-frame.ts'

interface Options {
  readonly from?: Sender
  readonly port?: number
  readonly showSecrets?: boolean
  readonly json?: boolean
}

const EPILOGUE = `
Input is one of these:
  hexadecimal digits    with any white space, or as hexdump -C, xxd and Wireshark print them
  a file                a capture (pcap or pcapng), such digits as text, or the bytes themselves
  nothing, or -         the same from standard input

Examples:
  roomrtc-server decode 00 00 00 03 05 7B 7D
  xxd -p bytes.bin | roomrtc-server decode --from client
  tcpdump -i any -w call.pcap port 8080; roomrtc-server decode call.pcap

Exit codes: 0 no fault, 1 faults or no such input, 2 wrong usage. docs/tools.md describes the output.
`

/** Bytes to readable messages. */
export function addDecode(program: Command, done: (code: number) => void): void {
  program
    .command('decode [input...]')
    .description('show the messages in hexadecimal digits, a file of bytes or a capture, and what is wrong')
    .addOption(
      new Option('--from <side>', 'who sent them; otherwise each is read as either').choices([
        'client',
        'server',
      ]),
    )
    .addOption(
      new Option('--port <number>', "of a capture: the server's port, and no other connections").argParser(
        portNumber,
      ),
    )
    .option('--show-secrets', 'show passwords, tokens and TURN credentials, which are … otherwise')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', EPILOGUE)
    .action(async (given: readonly string[], options: Options) => {
      done(await decode(given, options))
    })
}

async function decode(given: readonly string[], options: Options): Promise<ExitCode> {
  const [{ openInput }, { itemsOfBytes }, { itemsOfCapture }, { jsonOf, textOf }] = await Promise.all([
    import('./open-input.ts'),
    import('./items.ts'),
    import('./capture/items-of-capture.ts'),
    import('./print-item.ts'),
  ])
  const { from, port, showSecrets = false, json = false } = options
  const leftOut = { foreign: 0 }
  let faults = 0
  try {
    const input = await openInput(given)
    const items =
      input.kind === 'bytes' ? itemsOfBytes(input.source, from) : itemsOfCapture(input.reader, port, leftOut)
    for await (const item of items) {
      faults += item.faults.length
      await writeOut((json ? jsonOf : textOf)(item, showSecrets))
    }
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    throw refused('unreadable', `the input cannot be read: ${error instanceof Error ? error.message : ''}`)
  }
  if (leftOut.foreign > 0) {
    process.stderr.write(
      `${leftOut.foreign} other TCP connections are left out. --port says which port is the server's.\n`,
    )
  }
  return faults === 0 ? ExitCode.done : ExitCode.refused
}

function portNumber(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new InvalidArgumentError('It is a whole number from 1 to 65535.')
}
