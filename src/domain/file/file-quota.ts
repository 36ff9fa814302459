import type { StoredFile } from './stored-file.ts'

/** What files may take up. */
export interface FileQuota {
  readonly maxBytesPerUser: number
  readonly maxFilesPerUser: number
  /** Of all users together. */
  readonly maxTotalBytes: number
}

export interface FileUsage {
  readonly bytes: number
  readonly files: number
}

export const NO_FILES: FileUsage = { bytes: 0, files: 0 }

/** A file counts as so much at least: what is known of it takes room as well. */
export const LEAST_BYTES = 16_384

/** What the file counts as. */
export function weightOf({ bytes, thumbnailBytes }: Pick<StoredFile, 'bytes' | 'thumbnailBytes'>): number {
  return Math.max(LEAST_BYTES, bytes + thumbnailBytes)
}

/** Why a file of that weight has no room beside what is there. `total`: of all users. */
export function quotaFault(
  { bytes, files }: FileUsage,
  total: number,
  weight: number,
  { maxBytesPerUser, maxFilesPerUser, maxTotalBytes }: FileQuota,
): 'quota_exceeded' | 'storage_full' | undefined {
  if (files >= maxFilesPerUser || bytes + weight > maxBytesPerUser) return 'quota_exceeded'
  return total + weight > maxTotalBytes ? 'storage_full' : undefined
}
