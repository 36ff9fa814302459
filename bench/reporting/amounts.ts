/** To three digits, or two where it is small. */
export function count(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: value < 10 ? 2 : 3 }).format(value)
}

export function time(us: number): string {
  if (us < 1000) return `${count(us)} µs`
  return us < 1e6 ? `${count(us / 1000)} ms` : `${count(us / 1e6)} s`
}
