const TONES = 8

/** The first letter of a name on a colour of its own. */
export function Avatar({
  name,
  size = 'small',
}: {
  readonly name: string
  readonly size?: 'small' | 'large'
}) {
  return (
    <span class={`avatar avatar-${size} tone-${toneOf(name)}`} aria-hidden="true">
      {initialOf(name)}
    </span>
  )
}

function initialOf(name: string): string {
  return (Array.from(name)[0] ?? '?').toLocaleUpperCase()
}

function toneOf(name: string): number {
  return Array.from(name).reduce((sum, letter) => (sum * 33 + (letter.codePointAt(0) ?? 0)) % 7919, 5) % TONES
}
