/**
 * Messages, who has reacted to them, and how far each user has read. `last` is the latest message of a direct conversation, and
 * null of a room's. `words` are cut by the program (`domain/words.ts`), so that no dictionary of the database has a say.
 */
export const messages = `
CREATE TABLE roomrtc.messages (
  id uuid PRIMARY KEY,
  conversation text COLLATE "C" NOT NULL,
  sender text COLLATE "C" NOT NULL,
  guest_name text,
  text text NOT NULL,
  attachments jsonb NOT NULL,
  client_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  edited_at bigint,
  deleted_at bigint,
  words tsvector NOT NULL,
  UNIQUE (conversation, sender, client_id)
);
CREATE INDEX messages_conversation ON roomrtc.messages (conversation, id);
CREATE INDEX messages_guests ON roomrtc.messages (sender) WHERE guest_name IS NOT NULL;
CREATE INDEX messages_words ON roomrtc.messages USING gin (words);

CREATE TABLE roomrtc.reactions (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message uuid NOT NULL REFERENCES roomrtc.messages (id) ON DELETE CASCADE,
  user_id text COLLATE "C" NOT NULL,
  sign text COLLATE "C" NOT NULL,
  UNIQUE (message, user_id, sign)
);

CREATE TABLE roomrtc.members (
  user_id text COLLATE "C" NOT NULL,
  conversation text COLLATE "C" NOT NULL,
  last uuid,
  read_up_to uuid,
  PRIMARY KEY (user_id, conversation)
);
CREATE INDEX members_last ON roomrtc.members (user_id, last) WHERE last IS NOT NULL;
CREATE INDEX members_conversation ON roomrtc.members (conversation);
`
