import { useTongue } from './context.ts'

export function Entering() {
  const { t } = useTongue()
  return (
    <main class="entering">
      <span class="spinner" aria-hidden="true" />
      <p role="status">{t.door.entering}</p>
    </main>
  )
}
