import { z } from 'zod'

const bytes = (from: number) => z.int().min(from).max(Number.MAX_SAFE_INTEGER)

/** Of the HMAC key for URLs; what is shorter can be guessed. */
const MIN_SECRET = 32

const s3Keys = z.strictObject({
  endpoint: z
    .string()
    .refine((text) => text === '' || isHttp(text), { error: 'allowed: URL with http or https, or empty' })
    .meta({ allowed: 'URL with http or https, or empty' })
    .default('')
    .describe('The URL of an S3 server. Empty means that of AWS for the region.'),
  region: z.string().min(1).default('us-east-1').describe('The region of the bucket.'),
  bucket: z
    .string()
    .default('')
    .describe('The bucket of the files, in the place of files in `uploads.path`. Empty means none.'),
  path_style: z
    .boolean()
    .default(false)
    .describe(
      'Whether the bucket is in the path of URLs and not in the host name, as most servers but AWS want it.',
    ),
  access_key_id: z
    .string()
    .default('')
    .describe(
      'The id of the key. Empty means that of the machine, as the AWS SDK finds it. The environment variable ROOMRTC_S3_ACCESS_KEY_ID overrides it.',
    ),
  secret_access_key: z
    .string()
    .meta({ secret: true })
    .default('')
    .describe('The key. The environment variable ROOMRTC_S3_SECRET_ACCESS_KEY overrides it.'),
  presigned: z
    .boolean()
    .default(false)
    .describe(
      'Whether clients fetch files from the S3 server itself, by a redirection. Otherwise they come through the daemon.',
    ),
})

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
  s3: s3Keys.prefault({}).describe('Files in S3 in the place of a directory.'),
})

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
