import { Icon } from './icons.tsx'
import { Fill } from './words/fill.tsx'
import { useSpeech } from './words/speech.ts'

export interface SavedProps {
  readonly when: boolean
  /** The saved things, in the words of the form. */
  readonly what?: string | undefined
  /** A sentence in place of "Saved"; `what` follows it. Without both nothing is shown: "Saved" alone says too little. */
  readonly text?: string | undefined
  /** The same form, with the settings from before. */
  readonly undo?: string | undefined
}

/** On the page that follows a saved form. */
export function Saved({ when, what, text, undo }: SavedProps) {
  const { common } = useSpeech()
  if (!when || (what === undefined && text === undefined)) return null
  return (
    <p class="done" role="status">
      <Icon name="check" />
      <span>
        {what === undefined ? (
          text
        ) : text === undefined ? (
          <Fill text={common.savedWhat} what={<bdi>{what}</bdi>} />
        ) : (
          <>
            {text}: <bdi>{what}</bdi>
          </>
        )}
      </span>
      {undo !== undefined && <a href={undo}>{common.undo}</a>}
    </p>
  )
}
