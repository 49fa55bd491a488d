import { fillText } from '../words/fill.tsx'
import { useSpeech } from '../words/speech.ts'

/** Loaded by pages with something to copy. Without it the buttons stay hidden, and the text can be selected. */
export const copyScript = '/copy.js'

function CopyButton({ of, what }: { readonly of: string; readonly what: string }) {
  const { common } = useSpeech()
  return (
    <button
      type="button"
      class="secondary small"
      data-copy={of}
      data-copied={common.copied}
      data-selected={common.selected}
      aria-label={fillText(common.copyWhat, { what })}
      hidden
    >
      {common.copy}
    </button>
  )
}

/** A full value in a field of its own, on any page width. */
export function CopyField({
  label,
  id,
  value,
}: {
  readonly label: string
  readonly id: string
  readonly value: string
}) {
  return (
    <div class="field copy">
      <label for={id}>{label}</label>
      <div class="with-button">
        <textarea id={id} dir="ltr" rows={2} readonly spellcheck={false} autocomplete="off">
          {value}
        </textarea>
        <CopyButton of={id} what={label} />
      </div>
    </div>
  )
}

/** A value in a line of facts. */
export function CopyCode({
  id,
  value,
  what,
}: {
  readonly id: string
  readonly value: string
  readonly what: string
}) {
  return (
    <span class="with-button">
      <code id={id}>{value}</code>
      <CopyButton of={id} what={what} />
    </span>
  )
}

/** The same text as a file, which the browser makes without asking the server for it. */
export function DownloadLink({
  name,
  what = '',
  text,
}: {
  readonly name: string
  /** Where several things could be meant. */
  readonly what?: string
  readonly text: string
}) {
  const { common } = useSpeech()
  return (
    <a
      class="button secondary"
      href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
      download={name}
    >
      {`${common.download} ${what}`.trim()}
    </a>
  )
}

/** Several lines, for a terminal. */
export function CopyBlock({
  title,
  id,
  text,
}: {
  readonly title: string
  readonly id: string
  readonly text: string
}) {
  return (
    <div class="block">
      <h3>{title}</h3>
      <CopyButton of={id} what={title} />
      <pre id={id} dir="ltr" tabindex={0}>
        {text}
      </pre>
    </div>
  )
}
