/** A packet as a capture file has it. */
export interface Packet {
  /** LINKTYPE_… of https://www.tcpdump.org/linktypes.html */
  readonly linkType: number
  /** Since 1970; undefined where the file does not say. */
  readonly timeMs: number | undefined
  readonly bytes: Buffer
}

/** A record that is larger is damage: no capture has packets of more than 256 KiB. */
export const MAX_RECORD_BYTES = 1024 * 1024

/** The file is not what it says it is, from that offset on. What came before can be used. */
export class CaptureFault extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.name = 'CaptureFault'
    this.offset = offset
  }
}
