import type { HttpRefusal } from '../answers.ts'

type FileFault = 'file_too_large' | 'quota_exceeded' | 'storage_full' | 'file_in_use' | 'storage_unavailable'

/** Why nothing comes of it, in the words of HTTP. */
export function refusalOf(fault: FileFault): HttpRefusal {
  return fault === 'storage_unavailable'
    ? { reason: fault, detail: 'Files are not available at the moment; try again later' }
    : { reason: fault }
}
