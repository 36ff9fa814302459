import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'
import { createGuestUsers } from '../../../src/infrastructure/memory/guest-users.ts'
import { userStoreContract } from './user-store.contract.ts'
import { newPlace } from '../users-file/rig.ts'

const clock = { monotonicMs: () => 0, wallMs: () => 0 }
const options = { lookalikes: 'refuse', maxGuests: 10, openWithinMs: 1000, clock } as const

userStoreContract('in memory', () => Promise.resolve(createMemoryUserStore()))
userStoreContract('in users.txt', async () => (await newPlace()).open())
userStoreContract('with guests beside it', () =>
  Promise.resolve(createGuestUsers(createMemoryUserStore(), options).users),
)
