import { Icon } from './icons.tsx'
import { useSpeech } from './words/speech.ts'

/** On the page that follows a saved form. `undo`: the same form, with the settings from before. */
export function Saved({ when, undo }: { readonly when: boolean; readonly undo?: string | undefined }) {
  const { common } = useSpeech()
  if (!when) return null
  return (
    <p class="done" role="status">
      <Icon name="check" />
      {common.saved}
      {undo !== undefined && <a href={undo}>{common.undo}</a>}
    </p>
  )
}
