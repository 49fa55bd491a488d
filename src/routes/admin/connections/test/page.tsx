import type { Connection } from '../../../../rules/sign-in/connection.ts'
import { CopyBlock, copyScript } from '../../../../ui/forms/copy.tsx'
import { FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { type MappedClaims, Preview } from '../claims/page.tsx'

export interface TestConnectionPageProps {
  readonly site: Site<'admin' | 'connections'>
  readonly connection: Connection
  /** The id of an answer, in the URL. */
  readonly answerId: string | undefined
  /** The answer: undefined before the first one, and when it has expired. */
  readonly answer: { readonly json: string; readonly mapped: MappedClaims } | undefined
}

export function TestConnectionPage({ site, connection, answerId, answer }: TestConnectionPageProps) {
  const { paths, texts } = site
  const t = texts.connections.test
  return (
    <Layout site={site} title={t.title} scripts={[copyScript]}>
      <Trail href={paths.adminConnection(connection.id)}>
        <bdi>{connection.name}</bdi>
      </Trail>
      <h1>{t.title}</h1>
      <p>
        <Fill text={t.text} name={<Name>{connection.name}</Name>} />
      </p>
      {answerId !== undefined && answer === undefined && <p class="notice">{t.gone}</p>}
      <form method="post" action={paths.loginWith(connection.id)}>
        <FormToken site={site} />
        <input type="hidden" name="purpose" value="test" />
        <button type="submit" class={answer === undefined ? undefined : 'secondary'}>
          {answer === undefined ? fillText(t.start, { name: connection.name }) : t.again}
        </button>
      </form>
      {answer !== undefined && (
        <>
          <Preview site={site} {...answer.mapped} />
          <section>
            <CopyBlock title={t.claims} id="claims" text={answer.json} />
            <p class="hint">{t.claimsHint}</p>
            <a href={`${paths.connectionClaims(connection.id)}?answer=${answerId}`}>{t.use}</a>
          </section>
        </>
      )}
    </Layout>
  )
}
