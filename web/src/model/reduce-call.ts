import type { CallAction } from './action.ts'
import type { CallView } from './call-view.ts'

export function reduceCall(call: CallView, action: CallAction): CallView {
  switch (action.type) {
    case 'call_phase':
      // A caller may turn out to be the one who is called, where both have called each other.
      return { ...call, phase: action.phase, role: action.role }
    case 'call_own':
      return { ...call, own: action.own }
    case 'call_remote':
      return { ...call, remote: action.remote }
    case 'call_link':
      return { ...call, link: action.link }
    case 'call_quality':
      return { ...call, quality: action.quality }
    case 'call_transfer':
      return { ...call, transfer: action.transfer }
    case 'call_sharing':
      return { ...call, isSharing: action.isSharing }
  }
}
