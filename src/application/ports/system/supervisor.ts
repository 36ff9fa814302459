/** Who has started the daemon and watches over it, such as systemd; or nobody. */
export interface Supervisor {
  /** The daemon serves: at the start, and after a reload. */
  ready(): void
  /** The configuration is read again; `ready` is to follow, however that goes. */
  reloading(): void
  /** The end has begun, and may take so long. */
  stopping(withinMs: number): void
}
