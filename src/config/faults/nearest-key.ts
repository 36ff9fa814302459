import { editDistance } from './edit-distance.ts'
import { keyPath } from './key-path.ts'
import { childSchemas, keySchema, knownPaths } from './known-keys.ts'

// A right name in the wrong section (½) is nearer than a typo in the right one (1).
const OTHER_SECTION = 0.5

/** From how many letters on a part of a name tells which one is meant. */
const PART_OF_NAME = 4

/** What may have been meant by an unknown key: `did you mean server.port?`, or else the keys that are known there. */
export function nearestKey(unknown: readonly PropertyKey[]): string {
  const parent = unknown.slice(0, -1)
  const siblings = [...childSchemas(keySchema(parent)).keys()].map((key) => [...parent, key])
  const wanted = fold(unknown.slice(-1))
  const candidates = [
    ...siblings.map((path) => ({ path, distance: distance(unknown, path) })),
    ...knownPaths().map((path) => ({ path, distance: distance(unknown, path) + OTHER_SECTION })),
  ].sort((a, b) => a.distance - b.distance)
  const [nearest] = candidates
  const tolerance = Math.max(1, Math.floor(wanted.length / 3)) + OTHER_SECTION
  if (nearest !== undefined && nearest.distance <= tolerance) return `did you mean ${keyPath(nearest.path)}?`
  return `known here: ${siblings.map((path) => String(path.at(-1))).join(', ')}`
}

/** By name alone, or by the whole path, so that `"server.port"` written as one key is understood. */
function distance(unknown: readonly PropertyKey[], known: readonly PropertyKey[]): number {
  const unknownName = fold(unknown.slice(-1))
  const knownName = fold(known.slice(-1))
  // `level` for `log_level` lacks many letters and is one slip.
  if (unknownName.length >= PART_OF_NAME && knownName.includes(unknownName) && unknownName !== knownName)
    return 1
  return Math.min(editDistance(unknownName, knownName), editDistance(fold(unknown), fold(known)))
}

// `maxConnections`, `max-connections` and `MAX_CONNECTIONS` are one name.
function fold(path: readonly PropertyKey[]): string {
  return path
    .map(String)
    .join('')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}
