import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'
import { userStoreContract } from './user-store.contract.ts'
import { newPlace } from '../users-file/rig.ts'

userStoreContract('in memory', () => Promise.resolve(createMemoryUserStore()))
userStoreContract('in users.txt', async () => (await newPlace()).open())
