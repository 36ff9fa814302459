import { type EndSession, makeEndSession } from './auth/end-session.ts'
import { makeOpenSession, type OpenSession, type SessionPolicy } from './auth/open-session.ts'
import { makeRegister, type Register } from './auth/register.ts'
import { makeVerifyCredentials, type VerifyCredentials } from './auth/verify-credentials.ts'
import { type ActOnCall, makeActOnCall } from './call/act-on-call.ts'
import { makeAdvanceCall } from './call/advance-call.ts'
import { makeEndCallOf } from './call/end-call-of.ts'
import { makeRequestCall, type RequestCall } from './call/request-call.ts'
import { makeEndAllCalls, makeExpireCalls, type SweepCalls } from './call/sweep-calls.ts'
import type { CallStore } from './ports/call-store.ts'
import type { Clock } from './ports/clock.ts'
import type { Ids } from './ports/ids.ts'
import type { Log } from './ports/log.ts'
import type { PasswordHasher } from './ports/password-hasher.ts'
import type { Presence } from './ports/presence.ts'
import type { UserStore } from './ports/user-store.ts'
import { type ListUsers, makeListUsers } from './user/list-users.ts'

export interface Ports {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly presence: Presence
  readonly calls: CallStore
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}

export interface Policies {
  readonly sessionPolicy: SessionPolicy
  readonly ringTimeoutMs: number
}

/** Everything that can be asked of the daemon. */
export interface UseCases {
  readonly register: Register
  readonly verifyCredentials: VerifyCredentials
  readonly openSession: OpenSession
  readonly endSession: EndSession
  readonly listUsers: ListUsers
  readonly requestCall: RequestCall
  readonly actOnCall: ActOnCall
  readonly expireCalls: SweepCalls
  readonly endAllCalls: SweepCalls
}

export function makeUseCases(ports: Ports, policies: Policies): UseCases {
  const advanceCall = makeAdvanceCall(ports)
  const endCallOf = makeEndCallOf({ ...ports, advanceCall })
  return {
    register: makeRegister(ports),
    verifyCredentials: makeVerifyCredentials(ports),
    openSession: makeOpenSession({ ...ports, ...policies, endCallOf }),
    endSession: makeEndSession({ ...ports, endCallOf }),
    listUsers: makeListUsers(ports),
    requestCall: makeRequestCall(ports),
    actOnCall: makeActOnCall({ ...ports, advanceCall }),
    expireCalls: makeExpireCalls({ ...ports, ...policies, advanceCall }),
    endAllCalls: makeEndAllCalls({ ...ports, advanceCall }),
  }
}
