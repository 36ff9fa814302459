import { Icon, type IconName } from './icon.tsx'

interface Props {
  readonly icon: IconName
  /** What it does: read out, and shown while the pointer rests on it. */
  readonly label: string
  readonly onClick: () => void
  readonly class?: string
  readonly isPressed?: boolean
  readonly isDisabled?: boolean
}

/** A button without words. */
export function IconButton({ icon, label, onClick, isPressed, isDisabled, class: look = '' }: Props) {
  return (
    <button
      type="button"
      class={`icon-button ${look}`}
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      disabled={isDisabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}
