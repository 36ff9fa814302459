const URL_IN_TEXT = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g

/** A text in which addresses of the web can be clicked. */
export function WithLinks({ text }: { readonly text: string }) {
  const parts: (string | { readonly url: string })[] = []
  let end = 0
  for (const found of text.matchAll(URL_IN_TEXT)) {
    parts.push(text.slice(end, found.index), { url: found[0] })
    end = found.index + found[0].length
  }
  return (
    <>
      {[...parts, text.slice(end)].map((part, at) =>
        typeof part === 'string' ? (
          part
        ) : (
          <a key={at} href={part.url} target="_blank" rel="noopener noreferrer">
            {part.url}
          </a>
        ),
      )}
    </>
  )
}
