/**
 * Files that a message is about to refer to, or has referred to and is gone; the latter at the instant 0, which is before all
 * others. They are to be given back.
 */
export const holds = `
CREATE TABLE roomrtc.holds (
  message uuid NOT NULL,
  file uuid NOT NULL,
  noted_at bigint NOT NULL,
  PRIMARY KEY (message, file)
);
CREATE INDEX holds_noted ON roomrtc.holds (noted_at);

CREATE FUNCTION roomrtc.let_go_of_files() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO roomrtc.holds (message, file, noted_at)
    SELECT old.id, (one ->> 'fileId')::uuid, 0 FROM jsonb_array_elements(old.attachments) AS one
    ON CONFLICT (message, file) DO UPDATE SET noted_at = 0;
  RETURN NULL;
END $$;
CREATE TRIGGER held_by_gone AFTER DELETE ON roomrtc.messages
  FOR EACH ROW WHEN (old.attachments <> '[]') EXECUTE FUNCTION roomrtc.let_go_of_files();
CREATE TRIGGER held_by_erased AFTER UPDATE OF attachments ON roomrtc.messages
  FOR EACH ROW WHEN (old.attachments <> '[]' AND new.attachments = '[]')
  EXECUTE FUNCTION roomrtc.let_go_of_files();
`
