import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createMemoryInvites, openInvites } from '../../../src/infrastructure/kept-values/kept-invites.ts'
import { invitesContract } from './invites.contract.ts'

invitesContract('in memory', () => Promise.resolve(createMemoryInvites()))
invitesContract('in users.invites', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-invites-'))
  const invites = await openInvites(join(directory, 'users.invites'))
  onTestFinished(async () => {
    await invites.close()
    await rm(directory, { recursive: true })
  })
  return invites
})
