import type { Item } from './item.ts'
import { shownJson } from './shown-json.ts'

/** For people: a line with what it is, its JSON, and a line for each fault. */
export function textOf(item: Item, showSecrets: boolean): string {
  const { message, timeMs, route, sender, offset, faults } = item
  const lines: string[] = []
  if (message !== undefined) {
    const { code, name, bytes, payload, text } = message
    const head = [
      ...(timeMs === undefined ? [] : [instant(timeMs)]),
      ...(route === undefined ? [] : [`${route.from} > ${route.to}`]),
      `${sender ?? 'either'}:`,
      `${name ?? '(unknown type)'} ${hexOf(code)}`,
      `${bytes} bytes at ${offset}`,
    ]
    lines.push(head.join('  '))
    if (payload !== undefined) lines.push(`  ${shownJson(payload, showSecrets)}`)
    else if (text !== undefined && showSecrets) lines.push(`  ${shownJson(text, showSecrets)}`)
  } else if (route !== undefined) {
    lines.push([...(timeMs === undefined ? [] : [instant(timeMs)]), `${route.from} > ${route.to}`].join('  '))
  }
  for (const fault of faults) {
    lines.push(`  FAULT at byte ${fault.offset} (0x${fault.offset.toString(16)}): ${fault.message}`)
  }
  return `${lines.join('\n')}\n`
}

/** For programs: one object a line. */
export function jsonOf(item: Item, showSecrets: boolean): string {
  const { message, timeMs, route, sender, offset, faults } = item
  const shown = {
    time: timeMs === undefined ? undefined : instant(timeMs),
    connection: route?.connection,
    from: route?.from,
    to: route?.to,
    sender: sender ?? null,
    offset,
    type: message?.name ?? null,
    code: message?.code ?? null,
    bytes: message?.bytes ?? null,
    payload: message?.payload ?? null,
    text: showSecrets ? message?.text : undefined,
    faults,
  }
  return `${shownJson(shown, showSecrets)}\n`
}

function instant(timeMs: number): string {
  const date = new Date(timeMs)
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString()
}

function hexOf(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}`
}
