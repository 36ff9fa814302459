/** What no file system takes, or would hide how the name ends: controls, and marks that turn the direction of writing. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"*:<>?|]/gu

/** Most file systems take no more. */
const MAX_BYTES = 255

const encoder = new TextEncoder()

/** A name that can be shown and saved under, whatever the client called the file. */
export function cleanFileName(text: string): string {
  const last = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
  const clean = last.replaceAll(UNFIT, '').trim()
  if (/^\.*$/.test(clean)) return 'file'
  return shortened(clean)
}

/** The beginning goes on as long as there is room, and the ending stays. */
function shortened(name: string): string {
  if (encoder.encode(name).length <= MAX_BYTES) return name
  const ending = /\.[^.]{1,16}$/u.exec(name)?.[0] ?? ''
  const room = MAX_BYTES - encoder.encode(ending).length
  const letters: string[] = []
  let taken = 0
  for (const letter of name.slice(0, name.length - ending.length)) {
    taken += encoder.encode(letter).length
    if (taken > room) break
    letters.push(letter)
  }
  return letters.join('') + ending
}
