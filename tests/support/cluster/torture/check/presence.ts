import { T } from '../../../wire/wire.ts'
import { statesIn } from '../fields.ts'
import { isMessage, type Message, textOf } from '../history.ts'
import type { Complain, Rule } from './rule.ts'
import type { Timelines } from './timelines.ts'

type View = Map<string, string>

/** Two seconds after quiet everybody sees of everybody what is so, and so does every list that anybody asks for. */
export function checkPresence(complain: Complain, isBusy: (client: string) => boolean): Rule {
  const views = new Map<string, View>()
  const lists = new Map<string, View>()
  let atQuiet = new Map<string, View>()
  let isSettled = false

  return {
    take(entry, timelines) {
      if (entry.what === 'settled') {
        isSettled = true
        atQuiet = new Map(
          [...timelines.present].map((client) => [client, new Map(views.get(client) ?? [])] as const),
        )
      }
      if (isMessage(entry) && entry.what === 'got') got(entry)
    },

    finish(timelines) {
      for (const [client, view] of [...atQuiet, ...lists]) compare(client, view, timelines)
    },
  }

  function got(message: Message): void {
    const { type, client, payload } = message
    if (type === T.USER_LIST_RESPONSE) {
      const view = statesIn(payload)
      views.set(client, view)
      if (isSettled) lists.set(client, view)
    } else if (type === T.USER_STATE_UPDATE)
      views.get(client)?.set(textOf(message, 'username'), textOf(message, 'state'))
    else if (type === T.LOGIN_RESPONSE) views.delete(client)
  }

  function compare(client: string, view: View, timelines: Timelines): void {
    const { present } = timelines
    const wrong = timelines.clients.flatMap((other) => {
      if (other === client) return []
      const state = present.has(other) ? (isBusy(other) ? 'Busy' : 'Available') : 'Disconnected'
      const seen = view.get(other)
      return seen === state ? [] : [`${other} as ${seen ?? 'nobody'}, who is ${state}`]
    })
    if (wrong.length > 0) complain(`presence: ${client} sees ${wrong.join('; ')}`)
  }
}
