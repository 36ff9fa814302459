import { useState } from 'preact/hooks'
import { useApp, useTongue } from '../context.ts'
import { Icon } from './icon.tsx'
import { IconButton } from './icon-button.tsx'

/** Finds people, in the list in which they are shown. */
export function SearchBox() {
  const app = useApp()
  const { t } = useTongue()
  const [text, setText] = useState('')
  const search = (next: string): void => {
    setText(next)
    app.search(next)
  }
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={t.home.search}
        placeholder={t.home.searchPlaceholder}
        autocomplete="off"
        spellcheck={false}
        maxLength={64}
        value={text}
        onInput={(event) => {
          search(event.currentTarget.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') search('')
        }}
      />
      {text !== '' && (
        <IconButton
          icon="close"
          label={t.home.clearSearch}
          onClick={() => {
            search('')
          }}
        />
      )}
    </div>
  )
}
