/** Of a code its SHA-256 is kept. Instants are Unix milliseconds, as all processes tell them. */
export const invites = `
CREATE TABLE roomrtc.invites (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash text COLLATE "C" NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  note text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  uses int NOT NULL CHECK (uses > 0),
  used int NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND uses)
);
`
