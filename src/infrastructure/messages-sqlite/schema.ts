/**
 * The tables of `messages.db`. `last` is the latest message of a direct conversation, and null of a room's. `words` has the
 * words of a text by the number of its message, cut by `domain/words.ts`: all but ASCII is part of a word there, and the rest
 * is letters and digits, so that the tokenizer cuts at the spaces alone.
 */
export const SCHEMA = `
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

/** `user_version` of a file that has them. */
export const VERSION = 1
