import { expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'

const SECRET = 'a secret of thirty-two letters or more'

const load = (file: object, env: NodeJS.ProcessEnv = {}) =>
  loadConfig({ path: undefined, env: { CONFIG: JSON.stringify(file), ...env }, cwd: '/nowhere' }).config

function faultsIn(file: object, env?: NodeJS.ProcessEnv): readonly string[] {
  try {
    load(file, env)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

test('UPLOAD-22 several nodes need one secret for the URLs of files', () => {
  const nodes = {
    cluster: { redis_url: 'redis://127.0.0.1' },
    persistence: { postgres_url: 'postgres://127.0.0.1/roomrtc' },
  }
  expect(faultsIn({ ...nodes, uploads: { enabled: true } })).toEqual([
    expect.stringContaining('set uploads.url_secret'),
  ])
  expect(faultsIn({ ...nodes, uploads: { enabled: false } })).toEqual([])
  expect(faultsIn({ ...nodes, uploads: { enabled: true, url_secret: SECRET } })).toEqual([])
  expect(faultsIn({ ...nodes, uploads: { enabled: true } }, { ROOMRTC_UPLOADS_SECRET: SECRET })).toEqual([])
})

test('CONF-12 UPLOAD-29 the key of S3 may come from the environment', () => {
  const env = { ROOMRTC_S3_ACCESS_KEY_ID: 'id', ROOMRTC_S3_SECRET_ACCESS_KEY: 'key' }
  const s3 = { bucket: 'files', secret_access_key: 'another' }
  expect(load({ uploads: { s3 } }, env).uploads.s3).toMatchObject({
    bucket: 'files',
    access_key_id: 'id',
    secret_access_key: 'key',
  })
  expect(load({}, env).uploads.s3.secret_access_key).toBe('key')
  expect(faultsIn({ uploads: { s3: { endpoint: 's3.example.org' } } })).toEqual([
    expect.stringContaining('uploads.s3.endpoint: found "s3.example.org" (string); allowed: URL'),
  ])
  expect(faultsIn({ uploads: { s3: { bukket: 'x' } } })).toEqual([
    expect.stringContaining('uploads.s3.bucket'),
  ])
})

test('CONF-12 CONF-13 the secret may come from the environment, and is never printed', () => {
  const env = { ROOMRTC_UPLOADS_SECRET: SECRET }
  expect(load({}, env).uploads.url_secret).toBe(SECRET)
  expect(load({ uploads: { url_secret: 'x'.repeat(32) } }, env).uploads.url_secret).toBe(SECRET)
  const [fault = ''] = faultsIn({ uploads: { url_secret: 'guess me' } })
  expect(fault).toContain('32 characters or more')
  expect(fault).not.toContain('guess me')
})
