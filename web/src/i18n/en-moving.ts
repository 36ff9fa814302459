/** Of calls that go from one to another: to a third person, or to another device. */
export const enMoving = {
  transfer: {
    open: 'Hand over',
    title: (name: string) => `Who shall talk to ${name}?`,
    hint: 'You stay in the call until it is accepted.',
    to: (name: string) => `Hand over to ${name}`,
    nobody: 'Nobody else is free at the moment.',
    ringing: (name: string) => `It rings at ${name} …`,
    takeBack: 'Do not hand over',
    done: (name: string, to: string) => `${name} is talking to ${to} now.`,
    handedOver: (name: string) => `You are talking to ${name} now.`,
    failed: {
      declined: (name: string) => `${name} cannot talk right now. Your call goes on.`,
      timeout: (name: string) => `${name} did not answer. Your call goes on.`,
      hangup: (name: string) => `It does not ring at ${name} any more. Your call goes on.`,
      busy: (name: string) => `${name} is talking to somebody else. Your call goes on.`,
      other: (name: string) => `${name} could not be reached. Your call goes on.`,
    },
  },

  devices: {
    title: 'Where you are signed in',
    isThis: 'This page',
    away: 'Away',
    since: (time: string) => `since ${time}`,
    logOut: (name: string) => `Sign out there: ${name}`,
    callElsewhere: 'You are in a call on another device.',
    takeCall: 'Take the call here',
    answered_elsewhere: (name: string) => `You answered ${name} on another device.`,
    declined_elsewhere: (name: string) => `You declined the call from ${name} on another device.`,
    moved: (name: string) => `Your call with ${name} goes on at another device.`,
  },
}
