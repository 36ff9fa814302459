import { useEffect, useState } from 'preact/hooks'
import { useApp, useTongue } from '../context.ts'

/** For two people to compare, who want to know that nobody is between them. */
export function SafetyNumber({ username }: { readonly username: string }) {
  const app = useApp()
  const { t } = useTongue()
  const [number, setNumber] = useState<string>()
  useEffect(() => {
    let isGone = false
    void app
      .calling()
      ?.safetyNumber()
      .then((found) => {
        if (!isGone) setNumber(found)
      })
    return () => {
      isGone = true
    }
  }, [app])
  if (number === undefined) return null
  return (
    <section class="safety" aria-label={t.safety.title}>
      <h2>{t.safety.title}</h2>
      <p>{t.safety.hint(username)}</p>
      <ol>
        {number.split(' ').map((group, place) => (
          // One group may come twice, and none changes its place.
          <li key={place}>{group}</li>
        ))}
      </ol>
    </section>
  )
}
