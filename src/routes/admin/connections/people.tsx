import { type ConnectionPeople, mostCounted } from '../../../store/sign-in/connection-changes.ts'
import type { Site } from '../../../ui/site.ts'
import { countText, writeCount } from '../../../ui/words/plural.ts'

/** The people who sign in with a connection, and those who have no other way in. */
export function People({
  site,
  people,
  withoutOther,
}: { readonly site: Site<'connections'> } & ConnectionPeople) {
  const t = site.texts.connections.people
  const { language } = site
  const say = (forms: typeof t.people, number: number) =>
    countText(language, forms, number, { count: writeCount(number, mostCounted, language) })
  return (
    <p>
      {people === 0 ? t.nobody : say(t.people, people)}
      {withoutOther > 0 && (
        <>
          {' '}
          <strong>{say(t.without, withoutOther)}</strong>
        </>
      )}
    </p>
  )
}
