import { useId } from 'preact/hooks'

interface Props {
  readonly label: string
  readonly hint?: string | undefined
  readonly name: string
  readonly type?: 'text' | 'password'
  /** By which browsers and password managers know what it is. */
  readonly autocomplete: 'username' | 'current-password' | 'new-password' | 'nickname' | 'off'
  readonly value: string
  readonly placeholder?: string | undefined
  /** It may be left empty. */
  readonly isOptional?: boolean
  readonly maxLength?: number
  readonly onText: (text: string) => void
}

/** More than any name has; the server says where a name is too long. */
const MOST_LETTERS = 256

/** A line to be filled in, with what it is above it and what helps below. */
export function Field(props: Props) {
  const { label, hint, name, type = 'text', autocomplete, value, placeholder, onText } = props
  const id = useId()
  const attributes = {
    id,
    name,
    autocomplete,
    value,
    autocapitalize: 'none',
    spellcheck: false,
    placeholder,
    maxLength: props.maxLength ?? MOST_LETTERS,
    required: props.isOptional !== true,
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => {
      onText(event.currentTarget.value)
    },
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'password' ? (
        <input type="password" {...attributes} />
      ) : (
        <input type="text" {...attributes} />
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
