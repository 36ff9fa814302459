import type { Attachment } from 'roomrtc-client/messages'
import { useEffect, useState } from 'preact/hooks'
import type { FileUrls } from '../../engine/messages/file-urls.ts'
import type { Messaging } from '../../engine/messages/messaging.ts'
import { useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'
import { sizeText } from './day-text.ts'
import { useTalkTexts } from './use-talk.ts'
import { talkIcons } from './talk-icons.ts'

interface Props {
  readonly messaging: Messaging
  readonly attachments: readonly Attachment[]
}

/** The files of a message: pictures, sound and video to be seen and heard, all others to be saved. */
export function Attachments({ messaging, attachments }: Props) {
  return (
    <>
      {attachments.map((attachment) => (
        <OneFile key={attachment.fileId} {...{ messaging, attachment }} />
      ))}
    </>
  )
}

/** undefined: not known yet; null: it cannot be had. */
function useUrls(messaging: Messaging, fileId: string): FileUrls | undefined | null {
  const [urls, setUrls] = useState<FileUrls | null>()
  useEffect(() => {
    let isHere = true
    void messaging.urlsOf(fileId).then((found) => {
      if (isHere) setUrls(found ?? null)
    })
    return () => {
      isHere = false
    }
  }, [messaging, fileId])
  return urls
}

interface OneProps {
  readonly messaging: Messaging
  readonly attachment: Attachment
}

function OneFile({ messaging, attachment }: OneProps) {
  const texts = useTalkTexts()
  const { name, fileId, thumbnail } = attachment
  const urls = useUrls(messaging, fileId)
  if (urls === null)
    return (
      <p class="file muted">
        <Icon name={talkIcons.file} />
        {name}: {texts.fileGone}
      </p>
    )
  // What is to come has its room already.
  if (urls === undefined) return <span class={thumbnail === undefined ? 'file' : 'picture'} />
  return <KnownFile attachment={attachment} urls={urls} />
}

interface KnownProps {
  readonly attachment: Attachment
  readonly urls: FileUrls
}

function KnownFile({ attachment: { name, type, bytes }, urls: { url, thumbnailUrl } }: KnownProps) {
  const texts = useTalkTexts()
  const { language } = useTongue()
  if (thumbnailUrl !== undefined)
    return (
      <a
        class="picture"
        href={url}
        target="_blank"
        rel="noopener"
        aria-label={texts.openPicture(name)}
        title={name}
      >
        <img src={thumbnailUrl} alt="" loading="lazy" />
      </a>
    )
  if (type.startsWith('audio/'))
    return <audio class="sound" controls preload="none" src={url} aria-label={name} />
  if (type.startsWith('video/'))
    return <video class="film" controls preload="none" src={url} aria-label={name} />
  return (
    <a class="file" href={url} download={name}>
      <Icon name={talkIcons.file} />
      <span class="unseen">{texts.saveFile} </span>
      <span class="file-name">{name}</span>
      <span class="muted">{sizeText(bytes, language)}</span>
    </a>
  )
}
