import type { Messages } from '../../../src/application/ports/messages.ts'
import { ok } from '../../../src/domain/result.ts'
import { openDatabase } from '../../../src/infrastructure/messages-sqlite/open-database.ts'
import { makeMessageStore } from '../../../src/infrastructure/messages-sqlite/store.ts'

/** The tables of the real store, in memory and without its thread. */
export function createHouseMessages(): Messages {
  const store = makeMessageStore(openDatabase(':memory:'))
  const answered = <Args extends readonly unknown[], Value>(act: (...args: Args) => Value) => {
    return (...args: Args) => Promise.resolve(ok(act(...args)))
  }
  return {
    post: answered(store.post),
    find: answered(store.find),
    findSent: answered(store.findSent),
    conversationsOf: answered(store.conversationsOf),
    page: answered(store.page),
    edit: answered(store.edit),
    erase: answered(store.erase),
    react: answered(store.react),
    read: answered(store.read),
    conversations: answered(store.conversations),
    conversation: answered(store.conversation),
    search: answered(store.search),
    forgetConversation: answered(store.forgetConversation),
    forgetUser: answered(store.forgetUser),
    purge: answered(store.purgeSome),
    all: answered(store.all),
    noteHolds: answered(store.noteHolds),
    looseHolds: answered(store.looseHolds),
    dropHolds: answered(store.dropHolds),
    close: () => Promise.resolve(),
  }
}
