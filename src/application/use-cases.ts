import { type ChangePassword, makeChangePassword } from './account/change-password.ts'
import { type DeleteAccount, makeDeleteAccount } from './account/delete-account.ts'
import { makeSetDoNotDisturb, type SetDoNotDisturb } from './account/set-do-not-disturb.ts'
import { type EnterAsGuest, makeEnterAsGuest } from './account/enter-as-guest.ts'
import { type LeaveForGood, makeLeaveForGood } from './account/leave-for-good.ts'
import { type EndSessions, makeEndSessions } from './admin/end-sessions.ts'
import { type AttachSession, makeAttachSession } from './auth/attach-session.ts'
import { type DetachSession, makeDetachSession } from './auth/detach-session.ts'
import { type EndSession, makeEndSession } from './auth/end-session.ts'
import { type ExpireSessions, makeExpireSessions } from './auth/expire-sessions.ts'
import { type LogOutDevice, makeLogOutDevice } from './auth/log-out-device.ts'
import { makeMayComeBack, type MayComeBack } from './auth/may-come-back.ts'
import { makeOpenSession, type OpenSession, type SessionPolicy } from './auth/open-session.ts'
import { makeRegister, type Register, type RegistrationPolicy } from './auth/register.ts'
import { makeVerifyCredentials, type VerifyCredentials } from './auth/verify-credentials.ts'
import { makeVerifyToken, type VerifyToken } from './auth/verify-token.ts'
import { type ActOnCall, makeActOnCall } from './call/act-on-call.ts'
import { type CallsBeingSetUp, makeCallsBeingSetUp } from './call/calls-being-set-up.ts'
import { type ConfirmAlerting, makeConfirmAlerting } from './call/confirm-alerting.ts'
import { makeEndCallOf } from './call/end-call-of.ts'
import { makeMoveCall, type MoveCall } from './call/move-call.ts'
import { makeRequestCall, type RequestCall } from './call/request-call.ts'
import { type SettleCalls, settleCalls, type ExpireCalls, makeExpireCalls } from './call/sweep-calls.ts'
import { makeTransferCall, type TransferCall } from './call/transfer/transfer-call.ts'
import { makeUpdateCall, type UpdateCall } from './call/update-call.ts'
import { makeViewCall, type ViewCall } from './call/view-call.ts'
import { makePushUseCases, type PushUseCases } from './push/push-use-cases.ts'
import type { PushSubscriptions } from './ports/push-subscriptions.ts'
import type { PushService } from './ports/waker.ts'
import type { AccessTokens } from './ports/access-tokens.ts'
import type { CallHistory } from './ports/call-history.ts'
import type { DoNotDisturb } from './ports/do-not-disturb.ts'
import type { Files } from './ports/files.ts'
import type { Messages } from './ports/messages.ts'
import type { Invites } from './ports/invites.ts'
import type { Guests } from './ports/guests.ts'
import type { Clock } from './ports/system/clock.ts'
import type { IceServers } from './ports/ice-servers.ts'
import type { Ids } from './ports/system/ids.ts'
import type { Log } from './ports/system/log.ts'
import type { PasswordHasher } from './ports/password-hasher.ts'
import type { UserStore } from './ports/user-store.ts'
import { type IssueIceServers, makeIssueIceServers } from './signaling/issue-ice-servers.ts'
import { type ActInRoom, makeActInRoom } from './room/act-in-room.ts'
import { makeAdvanceRoom } from './room/advance-room.ts'
import { type AffectRoomOf, makeAffectRoomOf } from './room/affect-room-of.ts'
import { makeMessageUseCases, type MessageUseCases } from './messages/message-use-cases.ts'
import type { MessageRules } from './messages/post-message.ts'
import { type LookAtHistory, makeLookAtHistory } from './history/look-at-history.ts'
import {
  type AdmitToRoom,
  type InviteToRoom,
  makeAdmitToRoom,
  makeInviteToRoom,
} from './room/invite-to-room.ts'
import { type JoinRoom, makeJoinRoom } from './room/join-room.ts'
import { type ListRooms, makeListRooms } from './room/list-rooms.ts'
import { makeRoomAtRest, type RoomAtRest } from './room/find-room.ts'
import { type LookAtRoom, makeLookAtRoom } from './room/look-at-room.ts'
import type { RoomRules } from './room/room-rules.ts'
import { makeSetVoice, type SetVoice } from './room/set-voice.ts'
import { makeSweepRooms, type SweepRooms } from './room/sweep-rooms.ts'
import { type ListUsers, makeListUsers } from './user/list-users.ts'
import { makeViewWatched } from './watch/view-watched.ts'
import { makeNamesToTell, makeWatch, type NamesToTell, type Watch } from './watch/watch.ts'

export interface Ports {
  readonly users: UserStore
  /** Undefined where there are none. */
  readonly guests: Guests | undefined
  readonly doNotDisturb: DoNotDisturb
  readonly invites: Invites
  readonly hasher: PasswordHasher
  readonly accessTokens: AccessTokens
  readonly ids: Ids
  readonly clock: Clock
  readonly iceServers: IceServers
  readonly history: CallHistory
  /** Undefined where there are none. */
  readonly messages: Messages | undefined
  /** Undefined where nobody can send files. */
  readonly files: Files | undefined
  /** Undefined where no device is woken by push services. */
  readonly push: { readonly service: PushService; readonly subscriptions: PushSubscriptions } | undefined
  readonly log: Log
}

export interface Policies {
  readonly sessionPolicy: SessionPolicy
  readonly registration: RegistrationPolicy
  /** How many sessions a user may have at once; 1 or more. */
  readonly maxSessionsPerUser: number
  readonly ringTimeoutMs: number
  /** How long a session waits for its client to come back. */
  readonly resumeWindowMs: number
  readonly roomRules: RoomRules
  readonly messageRules: MessageRules
}

/** Everything that can be asked of the daemon. */
export interface UseCases {
  readonly register: Register
  readonly enterAsGuest: EnterAsGuest
  readonly verifyCredentials: VerifyCredentials
  readonly verifyToken: VerifyToken
  readonly openSession: OpenSession
  readonly mayComeBack: MayComeBack
  readonly endSession: EndSession
  readonly endSessions: EndSessions
  readonly logOutDevice: LogOutDevice
  readonly detachSession: DetachSession
  readonly attachSession: AttachSession
  readonly expireSessions: ExpireSessions
  readonly changePassword: ChangePassword
  readonly deleteAccount: DeleteAccount
  readonly leaveForGood: LeaveForGood
  readonly setDoNotDisturb: SetDoNotDisturb
  readonly listUsers: ListUsers
  readonly namesToTell: NamesToTell
  readonly watch: Watch
  readonly viewCall: ViewCall
  readonly requestCall: RequestCall
  readonly actOnCall: ActOnCall
  readonly confirmAlerting: ConfirmAlerting
  readonly updateCall: UpdateCall
  readonly moveCall: MoveCall
  readonly transferCall: TransferCall
  readonly expireCalls: ExpireCalls
  readonly settleCalls: SettleCalls
  readonly callsBeingSetUp: CallsBeingSetUp
  readonly issueIceServers: IssueIceServers
  readonly lookAtHistory: LookAtHistory
  /** Undefined where there are none. */
  readonly messages: MessageUseCases | undefined
  /** Undefined where no device is woken by push services. */
  readonly push: PushUseCases | undefined
  readonly joinRoom: JoinRoom
  readonly actInRoom: ActInRoom
  readonly affectRoomOf: AffectRoomOf
  readonly setVoice: SetVoice
  readonly inviteToRoom: InviteToRoom
  readonly admitToRoom: AdmitToRoom
  readonly lookAtRoom: LookAtRoom
  readonly listRooms: ListRooms
  readonly roomAtRest: RoomAtRest
  readonly sweepRooms: SweepRooms
}

export function makeUseCases(ports: Ports, policies: Policies): UseCases {
  const deps = { ...ports, ...policies }
  const { messages } = ports
  const push = ports.push && makePushUseCases({ ...deps, ...ports.push })
  const endCallOf = makeEndCallOf(deps)
  const advanceRoom = makeAdvanceRoom(deps.roomRules)
  const affectRoomOf = makeAffectRoomOf({ ...deps, advanceRoom })
  const endSession = makeEndSession({ ...deps, endCallOf, affectRoomOf })
  const endSessions = makeEndSessions({ endSession })
  const listUsers = makeListUsers(deps)
  const viewCall = makeViewCall(deps)
  const roomAtRest = makeRoomAtRest(deps)
  const viewWatched = makeViewWatched({ ...deps, roomAtRest })
  return {
    register: makeRegister(deps),
    enterAsGuest: makeEnterAsGuest(deps),
    verifyCredentials: makeVerifyCredentials(deps),
    verifyToken: makeVerifyToken(deps),
    openSession: makeOpenSession({ ...deps, endCallOf, affectRoomOf }),
    mayComeBack: makeMayComeBack(deps),
    endSession,
    endSessions,
    logOutDevice: makeLogOutDevice({ endSession }),
    detachSession: makeDetachSession({ ...deps, affectRoomOf }),
    attachSession: makeAttachSession({ ...deps, affectRoomOf, viewCall, listUsers, viewWatched }),
    expireSessions: makeExpireSessions({ ...deps, endSession }),
    changePassword: makeChangePassword({ ...deps, push }),
    deleteAccount: makeDeleteAccount({ ...deps, push }),
    setDoNotDisturb: makeSetDoNotDisturb(deps),
    leaveForGood: makeLeaveForGood({ endSession, endSessions }),
    listUsers,
    namesToTell: makeNamesToTell(deps),
    watch: makeWatch({ viewWatched }),
    viewCall,
    requestCall: makeRequestCall(deps),
    actOnCall: makeActOnCall(deps),
    confirmAlerting: makeConfirmAlerting(deps),
    updateCall: makeUpdateCall(deps),
    moveCall: makeMoveCall({ ...deps, viewCall }),
    transferCall: makeTransferCall(deps),
    expireCalls: makeExpireCalls(deps),
    settleCalls,
    callsBeingSetUp: makeCallsBeingSetUp(deps),
    issueIceServers: makeIssueIceServers(deps),
    lookAtHistory: makeLookAtHistory(deps),
    messages: messages && makeMessageUseCases({ ...deps, messages, rules: deps.messageRules }),
    push,
    joinRoom: makeJoinRoom({ ...deps, advanceRoom }),
    actInRoom: makeActInRoom({ ...deps, advanceRoom }),
    affectRoomOf,
    setVoice: makeSetVoice({ ...deps, advanceRoom }),
    inviteToRoom: makeInviteToRoom(deps),
    admitToRoom: makeAdmitToRoom(deps),
    lookAtRoom: makeLookAtRoom(deps),
    listRooms: makeListRooms(deps),
    roomAtRest,
    sweepRooms: makeSweepRooms(deps.roomRules),
  }
}
