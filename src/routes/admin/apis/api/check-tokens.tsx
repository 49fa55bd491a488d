import { CopyBlock } from '../../../../ui/forms/copy.tsx'
import type { Site } from '../../../../ui/site.ts'
import type { ApiSnippet } from './snippets.ts'

const guide = 'https://github.com/latchkey/latchkey/blob/main/docs/protect-an-api.md'

/** How the API checks its tokens, in several languages. */
export function CheckTokens({
  site,
  snippets,
}: {
  readonly site: Site<'admin'>
  readonly snippets: readonly ApiSnippet[]
}) {
  const t = site.texts.admin.api
  return (
    <section>
      <h2>{t.check}</h2>
      <p>{t.checkText}</p>
      <div class="snippets">
        {snippets.map(({ name, install, text }, i) => (
          <details name="snippets" translate="no">
            <summary>{name}</summary>
            <p class="hint">
              <code>{install}</code>
            </p>
            <CopyBlock title={name} id={`snippet-${i}`} text={text} />
          </details>
        ))}
      </div>
      <p>
        <a href={guide}>{t.checkMore}</a>
      </p>
    </section>
  )
}
