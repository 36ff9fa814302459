/**
 * Where devices can be woken, and the one row with the key by which push services know the server
 * (`web-push/vapid-keys.ts`). Instants are Unix milliseconds.
 */
export const push = `
CREATE TABLE roomrtc.push_subscriptions (
  endpoint text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL REFERENCES roomrtc.accounts (id) ON DELETE CASCADE,
  p256dh text NOT NULL,
  auth text NOT NULL,
  since bigint NOT NULL
);
CREATE INDEX push_subscriptions_by_user ON roomrtc.push_subscriptions (user_id);

CREATE TABLE roomrtc.push_keys (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  keys jsonb NOT NULL
);
`
