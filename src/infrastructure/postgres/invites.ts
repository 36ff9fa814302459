import type { Invite, Invites, Reservation } from '../../application/ports/invites.ts'
import { hashOfCode, ID_LENGTH, idOfHash, makeCode, MAX_INVITES } from '../kept-values/invite-code.ts'
import type { Database, Statement } from './database.ts'

/** `int8` comes as text. */
interface Row {
  readonly hash: string
  readonly note: string
  readonly created_at: string
  readonly expires_at: string | null
  readonly uses: number
  readonly used: number
}

const IS_GOOD = 'hash = $1 AND used < uses AND (expires_at IS NULL OR expires_at > $2)'

const MAKE_ROOM: Statement = {
  name: 'make_room_for_invite',
  text: `DELETE FROM roomrtc.invites WHERE (SELECT count(*) FROM roomrtc.invites) >= $1
    AND (used >= uses OR expires_at <= $2)`,
}

const CREATE: Statement = {
  name: 'create_invite',
  text: `INSERT INTO roomrtc.invites (hash, note, created_at, expires_at, uses)
    SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM roomrtc.invites) < $6 RETURNING hash`,
}

const LIST: Statement = {
  name: 'list_invites',
  text: 'SELECT hash, note, created_at, expires_at, uses, used FROM roomrtc.invites ORDER BY number',
}

const REVOKE: Statement = {
  name: 'revoke_invite',
  text: `DELETE FROM roomrtc.invites WHERE left(hash, ${ID_LENGTH}) = $1 RETURNING hash`,
}

const FIND: Statement = { name: 'find_invite', text: `SELECT hash FROM roomrtc.invites WHERE ${IS_GOOD}` }

const COUNT: Statement = {
  name: 'count_invite',
  text: `UPDATE roomrtc.invites SET used = used + 1 WHERE ${IS_GOOD} RETURNING hash`,
}

const GIVE_BACK: Statement = {
  name: 'give_back_invite',
  text: 'UPDATE roomrtc.invites SET used = used - 1 WHERE hash = $1 AND used > 0',
}

/** In a table. A use is spoken for when it is counted: of several processes that count the last one, one can. */
export function createPostgresInvites(database: Database): Invites {
  return {
    async create({ uses, expiresAt, note, now }) {
      const { code, hash } = makeCode()
      await database.run(MAKE_ROOM, [MAX_INVITES, now])
      const made = await database.run(CREATE, [hash, note, now, expiresAt ?? null, uses, MAX_INVITES])
      if (!made.ok) return 'storage_unavailable'
      if (made.value.length === 0) return 'too_many_invites'
      return { code, invite: { id: idOfHash(hash), note, createdAt: now, expiresAt, uses, used: 0 } }
    },

    async list() {
      const found = await database.run<Row>(LIST, [])
      return found.ok ? found.value.map(view) : 'storage_unavailable'
    },

    async revoke(id) {
      const revoked = await database.run(REVOKE, [id])
      if (!revoked.ok) return 'storage_unavailable'
      return revoked.value.length > 0 ? 'done' : 'invite_not_found'
    },

    async reserve(code, now) {
      const hash = hashOfCode(code)
      const found = await database.run(FIND, [hash, now])
      if (!found.ok) return 'storage_unavailable'
      return found.value.length > 0 ? reservation(hash, now) : 'invalid_invite'
    },

    // It has nothing of its own.
    close: () => Promise.resolve(),
  }

  function reservation(hash: string, now: number): Reservation {
    let isCounted = false
    return {
      async commit() {
        const counted = await database.run(COUNT, [hash, now])
        if (!counted.ok) return 'storage_unavailable'
        isCounted = counted.value.length > 0
        return isCounted ? 'done' : 'invalid_invite'
      },
      async giveBack() {
        if (isCounted) await database.run(GIVE_BACK, [hash])
        isCounted = false
      },
    }
  }
}

function view({ hash, note, created_at, expires_at, uses, used }: Row): Invite {
  const expiresAt = expires_at === null ? undefined : Number(expires_at)
  return { id: idOfHash(hash), note, createdAt: Number(created_at), expiresAt, uses, used }
}
