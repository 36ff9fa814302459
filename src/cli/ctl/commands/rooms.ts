import type { Command } from 'commander'
import {
  admissionAnswer,
  doneAnswer,
  type RoomAnswer,
  roomAnswer,
  roomsAnswer,
} from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { limitOption } from '../limit-option.ts'
import { facts, print, table } from '../output.ts'

interface ListOptions extends Globals {
  readonly after?: string
  readonly limit: number
}

export function addRoomCommands(ctl: Command): void {
  const rooms = ctl.command('rooms').description('rooms, and who is in them')

  rooms
    .command('list')
    .description('rooms by their ids, permanent ones also where nobody is in them')
    .option('--after <room>', 'only rooms after this one')
    .addOption(limitOption())
    .action(async (_: object, command: Command) => {
      const options: ListOptions = command.optsWithGlobals()
      const { after, limit } = options
      const answer = await askDaemon(options)('GET', '/v1/rooms', { after, limit }, roomsAnswer)
      print(options, answer, ({ rooms: shown, next }) => {
        const rows = shown.map(({ room, name, members, max_members, invite_only }) => {
          return [room, `${members}/${max_members}`, invite_only ? 'the invited' : 'anyone', name]
        })
        const more = next === null ? '' : `\nmore: --after ${next}`
        return table(['ROOM', 'MEMBERS', 'FOR', 'NAME'], rows) + more
      })
    })

  rooms
    .command('show <room>')
    .description('one room, with its members')
    .action(async (room: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      print(globals, await askDaemon(globals)('GET', '/v1/rooms/show', { room }, roomAnswer), describe)
    })

  rooms
    .command('close <room>')
    .description('have everybody leave')
    .action(async (room: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const answer = await askDaemon(globals)('POST', '/v1/rooms/close', { room }, doneAnswer)
      print(globals, answer, () => `closed ${room}`)
    })

  rooms
    .command('remove <room> <user>')
    .description('have one member leave')
    .action(async (room: string, username: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const answer = await askDaemon(globals)('POST', '/v1/rooms/remove', { room, username }, doneAnswer)
      print(globals, answer, () => `removed ${username} from ${room}`)
    })

  rooms
    .command('admit <room> <user>')
    .description('print a code by which the user may enter for an hour, also where only the invited may')
    .action(async (room: string, username: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const answer = await askDaemon(globals)('POST', '/v1/rooms/admit', { room, username }, admissionAnswer)
      print(globals, answer, ({ invite }) => invite)
    })
}

function describe({ room, name, owner, max_members, invite_only, members }: RoomAnswer): string {
  const about = facts([
    ['room', room],
    ['name', name],
    ['made by', owner],
    ['for', invite_only ? 'the invited' : 'anyone'],
    ['members', `${members.length} of ${max_members}`],
  ])
  if (members.length === 0) return about
  const rows = members.map(({ username, user_id, nickname, state, audio_muted, video_muted }) => {
    const muted = [...(audio_muted ? ['audio'] : []), ...(video_muted ? ['video'] : [])]
    return [username, user_id, state, muted.join(',') || null, nickname]
  })
  return `${about}\n\n${table(['USER', 'ID', 'STATE', 'MUTED', 'NICKNAME'], rows)}`
}
