import { createMemoryUserStore } from '../../src/infrastructure/memory-user-store.ts'
import { userStoreContract } from './user-store.contract.ts'
import { newPlace } from './users-file.support.ts'

userStoreContract('in memory', () => Promise.resolve(createMemoryUserStore()))
userStoreContract('in users.txt', async () => (await newPlace()).open())
