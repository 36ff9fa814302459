/**
 * `number` is the order of registration. `reading_key` is how the name reads (`names/reading-key.ts`): of the accounts that
 * were made where no two names may read alike, `reads_alone`, the index keeps it so, whichever process makes them.
 * Whoever listens to the channel hears the ids of accounts that have changed, or nothing where all may have.
 */
export const accounts = `
CREATE TABLE roomrtc.accounts (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE CHECK (id ~ '^[!-~]{1,128}$' AND id !~ '["\\\\|]'),
  username text COLLATE "C" NOT NULL UNIQUE
    CHECK (length(username) BETWEEN 1 AND 1024 AND username !~ '[\\x01-\\x1f\\x7f"|\\[\\]{}\\\\]'),
  password_hash text COLLATE "C" NOT NULL CHECK (password_hash ~ '^[!-~]{1,200}$' AND password_hash !~ '[|]'),
  created_at bigint NOT NULL CHECK (created_at BETWEEN 0 AND 999999999999999),
  disabled boolean NOT NULL DEFAULT false,
  reading_key text COLLATE "C" NOT NULL,
  reads_alone boolean NOT NULL
);

CREATE INDEX accounts_reading_key ON roomrtc.accounts (reading_key);
CREATE UNIQUE INDEX accounts_reads_alone ON roomrtc.accounts (reading_key) WHERE reads_alone;

CREATE FUNCTION roomrtc.tell_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids text;
BEGIN
  FOR ids IN
    SELECT string_agg(numbered.id, ' ')
    FROM (SELECT changed.id, row_number() OVER () AS n FROM changed) AS numbered
    GROUP BY numbered.n / 50
  LOOP
    PERFORM pg_notify('roomrtc_accounts', ids);
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION roomrtc.tell_all_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('roomrtc_accounts', '');
  RETURN NULL;
END $$;

CREATE TRIGGER tell_inserted AFTER INSERT ON roomrtc.accounts
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_accounts();
CREATE TRIGGER tell_updated AFTER UPDATE ON roomrtc.accounts
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_accounts();
CREATE TRIGGER tell_deleted AFTER DELETE ON roomrtc.accounts
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_accounts();
CREATE TRIGGER tell_truncated AFTER TRUNCATE ON roomrtc.accounts
  FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_all_accounts();
`
