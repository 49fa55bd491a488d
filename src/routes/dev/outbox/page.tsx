import type { KeptMail } from '../../../store/outbox.ts'
import { Time } from '../../../ui/facts.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface OutboxPageProps {
  readonly site: Site
  readonly mails: readonly KeptMail[]
}

export function OutboxPage({ site, mails }: OutboxPageProps) {
  return (
    <Layout site={site} title="Outbox">
      <h1>Outbox</h1>
      <p>
        In development no mail leaves. The newest are here for a day, for everybody who can open this page.
      </p>
      {mails.length === 0 && <p class="empty">Nothing is here yet.</p>}
      {mails.map((mail) => (
        <article class="card">
          <h2>{mail.subject}</h2>
          <p class="hint">
            To <bdi>{mail.to}</bdi>, <Time at={mail.createdAt} exact />
          </p>
          {mail.text.split('\n\n').map((part) => (
            <p>
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
