import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { canRun, run } from '../program.ts'
import {
  argumentsFor,
  type Party,
  type PartyOptions,
  type Place,
  startProgramParty,
  type StartParty,
} from './party.ts'

const path = (name: string) => fileURLToPath(new URL(`../../../clients/${name}`, import.meta.url))

/** Debian's own: another one on the PATH would not have its packages. */
export const PYTHON = '/usr/bin/python3'

export const hasPython = canRun(PYTHON, 'python3')
export const hasCompiler = ['gcc', 'make'].map((program) => canRun(program)).every(Boolean)
export const hasValgrind = canRun('valgrind')
export const hasMypy = canRun('mypy')
export const hasWebrtcbin = canUse(
  'webrtcbin of GStreamer',
  'import gi; gi.require_version("GstWebRTC", "1.0"); gi.require_version("Gst", "1.0"); from gi.repository import Gst; ' +
    'Gst.init(None); exit(not all(map(Gst.ElementFactory.find, ["webrtcbin", "nicesink", "opusenc", "rtpopuspay"])))',
)

export const SANITIZERS = '-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all'

/** Builds the C client and its example in that directory, and gives the example's path. */
export function buildC(directory: string, flags: string): string {
  run('make', ['-s', '-C', path('c'), `BUILD=${directory}`, `CFLAGS=${flags}`])
  return `${directory}/call`
}

/** Calls `callee`, or waits for a call; with sound. */
export function startWebrtcbin(ends: (() => unknown)[], place: Place, name: string, callee?: string): Party {
  const call = callee === undefined ? [] : ['--call', callee]
  const command = [
    PYTHON,
    path('python/examples/webrtcbin_call.py'),
    ...argumentsFor(place, name, {}),
    ...call,
  ]
  return startProgramParty(ends, command, { ROOMRTC_SECRET: `of ${name}` })
}

export const startPython: StartParty = (ends, place, name, options = {}) => {
  const command = [
    PYTHON,
    '-X',
    'dev',
    path('python/examples/call.py'),
    ...argumentsFor(place, name, options),
  ]
  return Promise.resolve(startProgramParty(ends, command, environment(name, options), options.heard))
}

/** `program`: as `buildC` gives it, and before it what it is to run under. */
export function startC(program: readonly string[]): StartParty {
  return (ends, place, name, options = {}) => {
    const command = [...program, ...argumentsFor(place, name, options)]
    return Promise.resolve(startProgramParty(ends, command, environment(name, options), options.heard))
  }
}

/** The example in C, built with sanitizers for the tests of one file, in a directory that is theirs until their end. */
export function useSanitizedC(): { readonly directory: string; readonly startSanitized: StartParty } {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-clients-'))
  beforeAll(() => {
    if (hasCompiler) buildC(directory, SANITIZERS)
  })
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true })
  })
  return { directory, startSanitized: startC([join(directory, 'call')]) }
}

function environment(name: string, { secret = `of ${name}` }: PartyOptions): NodeJS.ProcessEnv {
  return { ROOMRTC_SECRET: secret }
}

function canUse(what: string, script: string): boolean {
  if (process.env['ROOMRTC_REQUIRE_PROGRAMS'] === '1') return true
  if (spawnSync(PYTHON, ['-c', script], { stdio: 'ignore' }).status === 0) return true
  console.warn(`tests with ${what} skipped: see the list of Debian packages in .ci/run`)
  return false
}
