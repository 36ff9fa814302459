/**
 * A call of the past each, as the program keeps it (`history-file/history-line.ts`); `seen` of a party is null where the call is
 * not in its history. Whoever listens to the channel hears the ids of calls that have changed, or nothing where all may have.
 */
export const calls = `
CREATE TABLE roomrtc.calls (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  caller text COLLATE "C" NOT NULL,
  callee text COLLATE "C" NOT NULL,
  started_at bigint NOT NULL,
  record jsonb NOT NULL,
  caller_seen boolean,
  callee_seen boolean
);

CREATE INDEX calls_caller ON roomrtc.calls (caller);
CREATE INDEX calls_callee ON roomrtc.calls (callee);
CREATE INDEX calls_started_at ON roomrtc.calls (started_at);

CREATE FUNCTION roomrtc.tell_calls() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ids text;
BEGIN
  FOR ids IN
    SELECT string_agg(numbered.id, ' ')
    FROM (SELECT changed.id, row_number() OVER () AS n FROM changed) AS numbered
    GROUP BY numbered.n / 50
  LOOP
    PERFORM pg_notify('roomrtc_calls', ids);
  END LOOP;
  RETURN NULL;
END $$;

CREATE TRIGGER tell_inserted AFTER INSERT ON roomrtc.calls
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_calls();
CREATE TRIGGER tell_updated AFTER UPDATE ON roomrtc.calls
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_calls();
CREATE TRIGGER tell_deleted AFTER DELETE ON roomrtc.calls
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_calls();
`
