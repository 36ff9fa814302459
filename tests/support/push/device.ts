import { createDecipheriv, createECDH, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** A browser's own side of a subscription: it alone can read what is sent there (RFC 8291). */
export interface Device {
  /** As a client gives it to the server. */
  readonly keys: { readonly p256dh: string; readonly auth: string }
  readonly read: (body: Buffer) => unknown
}

export function makeDevice(): Device {
  const own = createECDH('prime256v1')
  const publicKey = own.generateKeys()
  const auth = randomBytes(16)
  return {
    keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
    read(body) {
      const salt = body.subarray(0, 16)
      const keyEnd = 21 + body.readUInt8(20)
      const sender = body.subarray(21, keyEnd)
      const about = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender])
      const secret = Buffer.from(hkdfSync('sha256', own.computeSecret(sender), auth, about, 32))
      const derive = (name: string, length: number) =>
        Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, length))
      const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
      decipher.setAuthTag(body.subarray(-16))
      const padded = Buffer.concat([decipher.update(body.subarray(keyEnd, -16)), decipher.final()])
      // What follows the text is a 2 and padding (RFC 8188).
      const text: unknown = JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString())
      return text
    },
  }
}

/** As a push service counts topics: 32 letters of Base64url. */
export function topicOf(about: string): string {
  return createHash('sha256').update(about).digest('base64url').slice(0, 32)
}
