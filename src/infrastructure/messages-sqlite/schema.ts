/**
 * The tables of `messages.db`. `last` is the latest message of a direct conversation, and null of a room's. `words` has the
 * words of a text by the number of its message, cut by `domain/words.ts`: all but ASCII is part of a word there, and the rest
 * is letters and digits, so that the tokenizer cuts at the spaces alone.
 */
const MESSAGES = `
CREATE TABLE messages (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation TEXT NOT NULL,
  sender TEXT NOT NULL,
  guest_name TEXT,
  text TEXT NOT NULL,
  attachments TEXT NOT NULL,
  client_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  edited_at INTEGER,
  deleted_at INTEGER,
  UNIQUE (conversation, sender, client_id)
) STRICT;
CREATE INDEX messages_conversation ON messages (conversation, id);
CREATE INDEX messages_guests ON messages (sender) WHERE guest_name IS NOT NULL;

CREATE TABLE reactions (
  number INTEGER PRIMARY KEY,
  message TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  user TEXT NOT NULL,
  sign TEXT NOT NULL,
  UNIQUE (message, user, sign)
) STRICT;

CREATE TABLE members (
  user TEXT NOT NULL,
  conversation TEXT NOT NULL,
  last TEXT,
  read_up_to TEXT,
  PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_last ON members (user, last) WHERE last IS NOT NULL;
CREATE INDEX members_conversation ON members (conversation);

CREATE VIRTUAL TABLE words USING fts5 (list, content='', contentless_delete=1, tokenize='ascii');
CREATE TRIGGER no_words AFTER DELETE ON messages BEGIN
  DELETE FROM words WHERE rowid = old.number;
END;
`

/**
 * Files that a message is about to refer to, or has referred to and is gone; the latter at the instant 0, which is before all
 * others. They are to be given back (`application/messages/giving-files-back.ts`).
 */
const HOLDS = `
CREATE TABLE holds (
  message TEXT NOT NULL,
  file TEXT NOT NULL,
  noted_at INTEGER NOT NULL,
  PRIMARY KEY (message, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_noted ON holds (noted_at);
CREATE TRIGGER held_by_gone AFTER DELETE ON messages WHEN old.attachments <> '[]' BEGIN
  INSERT OR REPLACE INTO holds SELECT old.id, value ->> 'fileId', 0 FROM json_each(old.attachments);
END;
CREATE TRIGGER held_by_erased AFTER UPDATE OF attachments ON messages
WHEN old.attachments <> '[]' AND new.attachments = '[]' BEGIN
  INSERT OR REPLACE INTO holds SELECT old.id, value ->> 'fileId', 0 FROM json_each(old.attachments);
END;
`

/** From an empty file to one with all tables: as many as were taken is its `user_version`. */
export const STEPS: readonly string[] = [MESSAGES, HOLDS]
