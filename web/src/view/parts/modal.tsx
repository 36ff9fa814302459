import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface Props {
  readonly labelledBy: string
  readonly class: string
  readonly role?: 'dialog' | 'alertdialog'
  /** By the key for it; undefined: only its own buttons close it. */
  readonly onEscape: (() => void) | undefined
  readonly children: ComponentChildren
}

/** Over everything else, which cannot be reached meanwhile. */
export function Modal({ labelledBy, class: look, role = 'dialog', onEscape, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    // The dialog itself: a key that was meant for something else presses no button of it.
    dialog.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={`modal ${look}`}
      role={role}
      aria-labelledby={labelledBy}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault()
        onEscape?.()
      }}
    >
      {children}
    </dialog>
  )
}
