import type { Owed } from '../../application/ports/session-journal.ts'
import { SFU } from '../../application/room/signal-to-sfu.ts'
import { messageTable } from '../../protocol/message-table.ts'

const STATE = messageTable.SFU_STATE.code
const OFFER = messageTable.SDP_OFFER.code
const SIGNALS: ReadonlySet<number> = new Set([
  OFFER,
  messageTable.SDP_ANSWER.code,
  messageTable.ICE_CANDIDATE.code,
])

/** What makes older messages of the SFU void. */
export function isSfuNews(owed: Owed): boolean {
  return isSfuState(owed) || isOffer(owed)
}

export function isSfuState({ code }: Owed): boolean {
  return code === STATE
}

/**
 * Which messages of the SFU that have never gone out the new one makes void (SFU-8): a state all that was negotiated before
 * it, an offer the one that nobody has answered, with the candidates of a connection that will not come to be.
 */
export function voidBySfuNews<Kept extends Owed>(
  unsent: readonly Kept[],
  news: Kept,
): (older: Kept) => boolean {
  const isAbout = ({ about }: Kept) => about === news.about
  if (isSfuState(news))
    return (older) => isAbout(older) && (isSfuState(older) || (older.from === SFU && SIGNALS.has(older.code)))
  const offer = unsent.find((older) => isAbout(older) && isOffer(older))
  if (offer === undefined) return () => false
  const connection = connectionOf(offer)
  const isGone = connection !== connectionOf(news)
  return (older) =>
    older === offer ||
    (isGone && isAbout(older) && older.from === SFU && !isOffer(older) && connectionOf(older) === connection)
}

function isOffer({ code, from }: Owed): boolean {
  return code === OFFER && from === SFU
}

/** The server has named it, without anything that needs quoting; and a quotation mark in an SDP is written otherwise. */
function connectionOf({ text }: Owed): string | undefined {
  return /"connection":"([^"]*)"/.exec(text)?.[1]
}
