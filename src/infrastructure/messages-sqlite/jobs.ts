import type { MessageStore } from './store.ts'

export type Op = keyof MessageStore

export type Args = { readonly [Name in Op]: Parameters<MessageStore[Name]> }

/** One thing to be done, from one thread to the other. */
export interface Job<Name extends Op = Op> {
  readonly number: number
  readonly op: Name
  readonly args: Args[Name]
}

/** `value`: what the operation gives. */
export type Done =
  | { readonly kind: 'done'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly number: number; readonly cause: string }

/** The first message of the thread: it has the file, or never will. */
export type Opened = { readonly kind: 'opened' } | { readonly kind: 'not_opened'; readonly cause: string }
