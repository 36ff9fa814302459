/**
 * The one row with the keys that sign access tokens, as `tokens/keys/stored-keys.ts` has them. Whoever listens to the channel
 * hears that they have changed.
 */
export const tokenKeys = `
CREATE TABLE roomrtc.token_keys (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  keys jsonb NOT NULL
);

CREATE FUNCTION roomrtc.tell_token_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('roomrtc_token_keys', '');
  RETURN NULL;
END $$;

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON roomrtc.token_keys
  FOR EACH STATEMENT EXECUTE FUNCTION roomrtc.tell_token_keys();
`
