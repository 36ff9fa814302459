import { z } from 'zod'

const bytes = (from: number) => z.int().min(from).max(Number.MAX_SAFE_INTEGER)

/** Of the HMAC key for URLs; what is shorter can be guessed. */
const MIN_SECRET = 32

export const uploadsSection = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether users may upload files over HTTP (docs/protocol/uploads.md). If false, nothing of it is loaded.',
    ),
  path: z
    .string()
    .default('')
    .describe(
      'The directory of the files. Empty means the directory uploads in persistence.data_directory. Several nodes need one that they share.',
    ),
  max_bytes: bytes(1).default(52_428_800).describe('The largest file that is taken.'),
  max_bytes_per_user: bytes(1)
    .default(1_073_741_824)
    .describe('What all files of one user may take up. A small file counts as 16 KiB.'),
  max_files_per_user: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('How many files one user may have.'),
  max_total_bytes: bytes(1)
    .default(10_737_418_240)
    .describe('What all files of all users may take up together. A small file counts as 16 KiB.'),
  keep_unreferenced_hours: z
    .int()
    .min(1)
    .max(87_600)
    .default(24)
    .describe('A file to which nothing refers is removed after so long.'),
  url_ttl_secs: z
    .int()
    .min(1)
    .max(604_800)
    .default(600)
    .describe('How long the URL of a file is good. Whoever has it may fetch the file.'),
  url_secret: z
    .string()
    .refine((text) => text === '' || text.length >= MIN_SECRET, {
      error: `allowed: ${MIN_SECRET} characters or more, or empty (here or in ROOMRTC_UPLOADS_SECRET)`,
    })
    .meta({ secret: true, allowed: `${MIN_SECRET} characters or more, or empty` })
    .default('')
    .describe(
      'By this URLs are signed, the same at all nodes. Empty means one that the daemon makes at its start. The environment variable ROOMRTC_UPLOADS_SECRET overrides it.',
    ),
})
