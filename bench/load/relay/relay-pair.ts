/**
 * Two parties between whom a server relays, whatever the wire: what `flood` and `pace` need to know of it. A message
 * that arrives altered, twice or out of order is thrown as an error by whoever implements this.
 */
export interface RelayPair {
  /** The first party sends so many messages, one right after another. */
  send(count: number): void
  /** Has the function called whenever messages have arrived at the second party, with their number. */
  onArrived(arrived: (count: number) => void): void
}
