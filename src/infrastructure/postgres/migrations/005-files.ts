/** What is known of uploaded files; their bytes are elsewhere. Instants are Unix milliseconds. */
export const files = `
CREATE TABLE roomrtc.files (
  id uuid PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes >= 0),
  thumbnail_bytes bigint NOT NULL CHECK (thumbnail_bytes >= 0),
  weight bigint NOT NULL,
  created_at bigint NOT NULL,
  referrers text[] NOT NULL,
  unreferenced_since bigint NOT NULL
);
CREATE INDEX files_by_owner ON roomrtc.files (owner);
CREATE INDEX files_without_use ON roomrtc.files (unreferenced_since) WHERE cardinality(referrers) = 0;
`
