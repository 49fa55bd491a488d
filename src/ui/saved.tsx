import { Icon } from './icons.tsx'

/** On the page that follows a form that was saved. */
export function Saved({ when }: { readonly when: boolean }) {
  if (!when) return null
  return (
    <p class="done" role="status">
      <Icon name="check" />
      Saved
    </p>
  )
}
