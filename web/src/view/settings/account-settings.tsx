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
  const [refusal, setRefusal] = useState<Refusal>()
  const change = async (): Promise<void> => {
    const refused = await app.changePassword(present, next)
    setRefusal(refused)
    if (refused !== undefined) return
    setPresent('')
    setNext('')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void change()
      }}
    >
      <Field
        label={t.settings.presentPassword}
        name="present"
        type="password"
        autocomplete="current-password"
        value={present}
        onText={setPresent}
      />
      <Field
        label={t.settings.nextPassword}
        name="next"
        type="password"
        autocomplete="new-password"
        value={next}
        onText={setNext}
      />
      <Fault refusal={refusal} />
      <button type="submit" class="button">
        {t.settings.changePassword}
      </button>
    </form>
  )
}

function DeleteAccount() {
  const app = useApp()
  const { t } = useTongue()
  const [password, setPassword] = useState('')
  const [refusal, setRefusal] = useState<Refusal>()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void app.deleteAccount(password).then(setRefusal)
      }}
    >
      <p class="hint">{t.settings.deleteWarning}</p>
      <Field
        label={t.settings.deletePassword}
        name="password"
        type="password"
        autocomplete="current-password"
        value={password}
        onText={setPassword}
      />
      <Fault refusal={refusal} />
      <button type="submit" class="button button-danger">
        {t.settings.doDelete}
      </button>
    </form>
  )
}

function Fault({ refusal }: { readonly refusal: Refusal | undefined }) {
  const { t } = useTongue()
  if (refusal === undefined) return null
  return (
    <p class="fault" role="alert">
      {reasonText(t.reasons, refusal.reason)}
    </p>
  )
}
