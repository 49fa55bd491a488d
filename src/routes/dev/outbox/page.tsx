import type { KeptMail } from '../../../store/server/outbox.ts'
import { Time } from '../../../ui/facts.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface OutboxPageProps {
  readonly site: Site<'start'>
  readonly mails: readonly KeptMail[]
}

export function OutboxPage({ site, mails }: OutboxPageProps) {
  const t = site.texts.start.outbox
  return (
    <Layout site={site} title={t.title}>
      <h1>{t.title}</h1>
      <p>{t.text}</p>
      {mails.length === 0 && <p class="empty">{t.none}</p>}
      {mails.map((mail) => (
        <article class="card">
          <h2 dir="auto" translate="no">
            {mail.subject}
          </h2>
          <p class="hint">
            <Fill text={t.to} who={<bdi>{mail.to}</bdi>} when={<Time at={mail.createdAt} exact />} />
          </p>
          {mail.text.split('\n\n').map((part) => (
            <p dir="auto" translate="no">
              {part.split('\n').map((line) => (
                <Line text={line} />
              ))}
            </p>
          ))}
        </article>
      ))}
    </Layout>
  )
}

/** A line that is one URL is a link. */
function Line({ text }: { readonly text: string }) {
  return /^https?:\/\/\S+$/.test(text) ? <a href={text}>{text}</a> : <>{text} </>
}
