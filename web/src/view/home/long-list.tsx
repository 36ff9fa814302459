import { useEffect, useRef } from 'preact/hooks'
import { followSight } from '../../engine/follow-sight.ts'
import { useApp } from '../context.ts'

/** Stands behind a long list of people, and has those kept up to date who are in sight. There is nothing to see of it. */
export function LongList() {
  const client = useApp().client()
  const here = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const list = here.current?.parentElement?.querySelector('ul')
    return client === undefined || list == null ? undefined : followSight(client, list)
  }, [client])
  return <span hidden ref={here} />
}
