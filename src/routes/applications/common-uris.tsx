import type { Child } from 'hono/jsx'
import type { Site } from '../../ui/site.ts'

/** Shows the buttons, and adds the line of each. */
export const addLineScript = '/add-line.js'

const label = 'redirect_uris-add'

/** Buttons that add a common redirect URI to the field. Hidden until the script runs; saving is left to the person. */
export function CommonRedirectUris({ site }: { readonly site: Site<'applications'> }) {
  const { issuer, paths } = site
  const t = site.texts.applications.form
  return (
    <div class="actions" data-add="redirect_uris" hidden>
      <span class="meta" id={label}>
        {t.redirectsAdd}
      </span>
      <Add uri={issuer + paths.playgroundCallback}>{t.redirectsPlayground}</Add>
      <Add uri="https://oauth.pstmn.io/v1/callback" translate="no">
        Postman
      </Add>
      <Add uri="http://localhost:3000/callback" translate="no">
        localhost:3000
      </Add>
    </div>
  )
}

interface AddProps {
  readonly uri: string
  /** For a label that is a name. */
  readonly translate?: 'no'
  readonly children?: Child
}

function Add({ uri, translate, children }: AddProps) {
  return (
    <button
      type="button"
      class="secondary small"
      value={uri}
      title={uri}
      aria-describedby={label}
      translate={translate}
    >
      {children}
    </button>
  )
}
