import { useEffect, useRef, useState } from 'preact/hooks'
import { takeInvite } from '../engine/invite-hash.ts'
import { roomOfAddress } from '../engine/rooms/room-hash.ts'
import { reasonText } from '../i18n/reasons.ts'
import { languageNames } from '../i18n/language.ts'
import { languages, type Preferences } from '../model/preferences.ts'
import { type Outside, type Way, ways } from '../model/state.ts'
import { useApp, useTongue } from './context.ts'
import { Field } from './parts/field.tsx'
import { IconButton } from './parts/icon-button.tsx'
import { Logo } from './parts/logo.tsx'

interface Props {
  readonly door: Outside
  readonly preferences: Preferences
}

/** How one comes in. */
export function Door({ door, preferences }: Props) {
  const app = useApp()
  const { t } = useTongue()
  const room = roomOfAddress()
  return (
    <div class="door">
      <main class="door-card">
        <header class="brand">
          <Logo />
          <div>
            <h1>{t.appName}</h1>
            <p>{t.tagline}</p>
          </div>
        </header>
        {door.signedOut !== undefined && <SignedOut signedOut={door.signedOut} />}
        {room !== undefined && <p class="callout">{t.rooms.toRoom(room)}</p>}
        <Entrance door={door} />
      </main>
      <footer class="door-foot">
        <LanguageLinks preferences={preferences} />
        <IconButton
          icon="sliders"
          label={t.home.settings}
          onClick={() => {
            app.store.dispatch({ type: 'settings', isOpen: true })
          }}
        />
      </footer>
    </div>
  )
}

function SignedOut({ signedOut }: { readonly signedOut: NonNullable<Outside['signedOut']> }) {
  const app = useApp()
  const { t } = useTongue()
  const { reason, mayReturn } = signedOut
  const isElsewhere = reason === 'session_replaced' || reason === 'session_resumed'
  return (
    <section class="callout" role="alert">
      <h2>{isElsewhere ? t.door.elsewhereTitle : t.door.signedOutTitle}</h2>
      <p>{reasonText(t.reasons, reason)}</p>
      {mayReturn && (
        <button type="button" class="button" onClick={app.enterAgain}>
          {isElsewhere ? t.door.useHere : t.door.tryAgain}
        </button>
      )}
    </section>
  )
}

function Entrance({ door }: { readonly door: Outside }) {
  const app = useApp()
  const { t } = useTongue()
  const [username, setUsername] = useState(door.signedOut?.username ?? '')
  const [password, setPassword] = useState('')
  const [isShown, setShown] = useState(false)
  const alert = useRef<HTMLParagraphElement>(null)
  const { way, isWorking, refusal } = door
  const [invite, setInvite] = useState('')
  const { guests, registration } = app.settings
  const open = ways.filter(
    (other) => (other !== 'guest' || guests) && (other !== 'register' || registration !== 'closed'),
  )
  useEffect(() => {
    const code = takeInvite()
    if (code === undefined) return
    setInvite(code)
    if (registration === 'invite') app.store.dispatch({ type: 'way', way: 'register' })
  }, [app, registration])
  useEffect(() => {
    if (refusal !== undefined) alert.current?.focus()
  }, [refusal])
  const submit = { login: t.door.doLogin, register: t.door.doRegister, guest: t.door.doGuest }[way]

  return (
    <>
      <Ways way={way} open={open} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!isWorking)
            app.enter(way, { username, password, ...(way === 'register' && invite !== '' && { invite }) })
        }}
      >
        <Field
          label={t.door.username}
          name="username"
          autocomplete="username"
          value={username}
          hint={{ login: undefined, register: t.door.usernameHint, guest: t.door.guestHint }[way]}
          onText={setUsername}
        />
        {way !== 'guest' && (
          <div class="with-button">
            <Field
              label={t.door.password}
              name="password"
              type={isShown ? 'text' : 'password'}
              autocomplete={way === 'register' ? 'new-password' : 'current-password'}
              value={password}
              hint={way === 'register' ? t.door.passwordHint : undefined}
              onText={setPassword}
            />
            <IconButton
              icon={isShown ? 'eyeOff' : 'eye'}
              label={isShown ? t.door.hidePassword : t.door.showPassword}
              onClick={() => {
                setShown(!isShown)
              }}
            />
          </div>
        )}
        {way === 'register' && registration === 'invite' && (
          <Field
            label={t.door.invite}
            name="invite"
            autocomplete="off"
            value={invite}
            hint={t.door.inviteHint}
            onText={setInvite}
          />
        )}
        {refusal !== undefined && (
          <p class="fault" role="alert" ref={alert} tabIndex={-1}>
            {reasonText(t.reasons, refusal.reason)}{' '}
            {refusal.retryAfterMs !== undefined && t.door.waitSeconds(Math.ceil(refusal.retryAfterMs / 1000))}
          </p>
        )}
        <button type="submit" class="button button-main" aria-disabled={isWorking}>
          {isWorking ? t.door.working : submit}
        </button>
      </form>
    </>
  )
}

function Ways({ way, open }: { readonly way: Way; readonly open: readonly Way[] }) {
  const app = useApp()
  const { t } = useTongue()
  return (
    <fieldset class="ways">
      <legend class="unseen">{t.door.waysLabel}</legend>
      {open.map((other) => (
        <label key={other}>
          <input
            type="radio"
            name="way"
            checked={other === way}
            onChange={() => {
              app.store.dispatch({ type: 'way', way: other })
            }}
          />
          <span>{t.door[other]}</span>
        </label>
      ))}
    </fieldset>
  )
}

function LanguageLinks({ preferences }: { readonly preferences: Preferences }) {
  const app = useApp()
  const tongue = useTongue()
  return (
    <ul class="languages" aria-label={tongue.t.settings.language}>
      {languages.map((language) => (
        <li key={language}>
          <button
            type="button"
            class="link"
            lang={language}
            aria-pressed={language === (preferences.language ?? tongue.language)}
            onClick={() => {
              app.prefer({ language })
            }}
          >
            {languageNames[language]}
          </button>
        </li>
      ))}
    </ul>
  )
}
