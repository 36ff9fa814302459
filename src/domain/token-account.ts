/**
 * What stands in place of a password hash in an account that another issuer's token has made. It has the form of a bcrypt
 * hash, so that every reader of the account file takes it for one, and no password matches it: a real one cannot end in
 * `z`, because the last character of 31 stands for four bits only.
 *
 * `$2b$04$.token.`, 15 characters for the issuer, 30 for whom it named, `z`.
 */
const FIELD = /^\$2b\$04\$\.token\.[./A-Za-z0-9]{45}z$/

const ISSUER_LENGTH = 15
const SUBJECT_LENGTH = 30

/** Of two digests in the alphabet of bcrypt, of which as much counts as has room. */
export function tokenField(issuerDigest: string, subjectDigest: string): string {
  const field = `$2b$04$.token.${issuerDigest.slice(0, ISSUER_LENGTH)}${subjectDigest.slice(0, SUBJECT_LENGTH)}z`
  if (!isTokenField(field)) throw new Error('these are no digests in the alphabet of bcrypt')
  return field
}

/** Whether the account was made by a token, and so has no password. */
export function isTokenField(passwordHash: string): boolean {
  return FIELD.test(passwordHash)
}
