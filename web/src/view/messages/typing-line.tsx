import { useTalkTexts } from './use-talk.ts'

/** Who is writing. It keeps its place, so that nothing moves. */
export function TypingLine({ names }: { readonly names: readonly string[] }) {
  const texts = useTalkTexts()
  const [name] = names
  return (
    <p class="typing muted" role="status">
      {name !== undefined && (names.length === 1 ? texts.typing(name) : texts.typingMany)}
    </p>
  )
}
