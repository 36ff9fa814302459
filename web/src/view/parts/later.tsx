import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A view that is not part of the first load: it is loaded when it is first shown, or soon after somebody has come in. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | undefined
  const loadOnce = async () => (loaded ??= await load())
  function Later(props: Props) {
    const [View, show] = useState<ComponentType<Props> | undefined>(() => loaded)
    useEffect(() => {
      if (View !== undefined) return
      loadOnce().then(
        (view) => {
          show(() => view)
        },
        // The server is not there: it comes up when it is asked for again.
        () => undefined,
      )
    }, [View])
    return View === undefined ? null : <View {...props} />
  }
  const soon = (): void => {
    void loadOnce().catch(() => undefined)
  }
  return { View: Later, soon }
}
