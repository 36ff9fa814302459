import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { reasonText } from '../../i18n/reasons.ts'
import type { Refusal } from '../../server.ts'
import { useApp, useTongue } from '../context.ts'
import { Field } from '../parts/field.tsx'

export function AccountSettings() {
  const { t } = useTongue()
  return (
    <section aria-labelledby="account-title">
      <h3 id="account-title">{t.settings.account}</h3>
      <details>
        <summary>{t.settings.changePassword}</summary>
        <ChangePassword />
      </details>
      <details>
        <summary>{t.settings.deleteAccount}</summary>
        <DeleteAccount />
      </details>
    </section>
  )
}

function ChangePassword() {
  const app = useApp()
  const { t } = useTongue()
  const [present, setPresent] = useState('')
  const [next, setNext] = useState('')
  const change = async (): Promise<Refusal | undefined> => {
    const refusal = await app.changePassword(present, next)
    if (refusal === undefined) {
      setPresent('')
      setNext('')
    }
    return refusal
  }
  return (
    <AskingForm ask={change} button={t.settings.changePassword}>
      <PresentPassword label={t.settings.presentPassword} value={present} onText={setPresent} />
      <Field
        label={t.settings.nextPassword}
        name="next"
        type="password"
        autocomplete="new-password"
        value={next}
        onText={setNext}
      />
    </AskingForm>
  )
}

function DeleteAccount() {
  const app = useApp()
  const { t } = useTongue()
  const [password, setPassword] = useState('')
  return (
    <AskingForm ask={() => app.deleteAccount(password)} button={t.settings.doDelete} isDangerous>
      <p class="hint">{t.settings.deleteWarning}</p>
      <PresentPassword label={t.settings.deletePassword} value={password} onText={setPassword} />
    </AskingForm>
  )
}

function PresentPassword(props: {
  readonly label: string
  readonly value: string
  readonly onText: (text: string) => void
}) {
  return <Field name="present" type="password" autocomplete="current-password" {...props} />
}

interface AskingFormProps {
  /** Gives why the server has refused, if it has. */
  readonly ask: () => Promise<Refusal | undefined>
  readonly button: string
  readonly isDangerous?: boolean
  readonly children: ComponentChildren
}

/** What is asked of the server at the press of the button, and what it says against it. */
function AskingForm({ ask, button, isDangerous = false, children }: AskingFormProps) {
  const { t } = useTongue()
  const [refusal, setRefusal] = useState<Refusal>()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void ask().then(setRefusal)
      }}
    >
      {children}
      {refusal !== undefined && (
        <p class="fault" role="alert">
          {reasonText(t.reasons, refusal.reason)}
        </p>
      )}
      <button type="submit" class={isDangerous ? 'button button-danger' : 'button'}>
        {button}
      </button>
    </form>
  )
}
