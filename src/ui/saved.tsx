import { Icon } from './icons.tsx'
import { useSpeech } from './words/speech.ts'

/** On the page that follows a saved form. */
export function Saved({ when }: { readonly when: boolean }) {
  const { common } = useSpeech()
  if (!when) return null
  return (
    <p class="done" role="status">
      <Icon name="check" />
      {common.saved}
    </p>
  )
}
