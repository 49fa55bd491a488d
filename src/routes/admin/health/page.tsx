import type { Finding } from '../../../rules/server/finding.ts'
import { Sparkline } from '../../../ui/chart.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'

import { Icon } from '../../../ui/icons.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Done, Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { fillText } from '../../../ui/words/fill.tsx'
import { findingText } from '../../../ui/words/finding-text.ts'
import { writeCount, writeNumber } from '../../../ui/words/plural.ts'
import type { Tally } from './tally.ts'

export interface HealthPageProps {
  readonly site: Site<'admin'>
  readonly findings: readonly Finding[]
  readonly events: readonly Tally[]
  /** Logout notices, counted up to `most`. */
  readonly waiting: number
  readonly givenUp: number
  readonly most: number
  readonly mail: {
    readonly mailer: string
    readonly from: string
    /** The address of the viewer. */
    readonly email: string | undefined
    readonly attempt: string
    readonly isSent: boolean
    readonly problem: string | undefined
  }
}

export function HealthPage({ site, findings, events, waiting, givenUp, most, mail }: HealthPageProps) {
  const { paths, messages, texts } = site
  const { home, health: t } = texts.admin
  const written = (count: number) => writeCount(count, most, site.language)
  return (
    <Layout
      site={site}
      title={mail.problem === undefined ? home.health : `${messages.error}: ${home.health}`}
    >
      <Trail href={paths.admin}>{messages.layout.administration}</Trail>
      <h1>{home.health}</h1>
      <Refused problem={mail.problem} />
      {mail.isSent && <Done>{t.testSent}</Done>}
      <ul class="rows">
        {findings.map((finding) => (
          <FindingRow site={site} finding={finding} />
        ))}
      </ul>
      <h2>{t.happened}</h2>
      <p>{t.happenedText}</p>
      {events.length === 0 && <p class="empty">{t.nothing}</p>}
      <ul class="rows" hidden={events.length === 0}>
        {events.map(({ type, name, today, total, days }) => (
          <li>
            <Icon name={isFailure(type) ? 'warning' : 'clock'} />
            <a class="cover" href={`${paths.adminAudit}?type=${type}`}>
              {name}
            </a>
            <p class="meta">
              <Sparkline days={days} />
              <span class={today === 0 ? 'tag' : isFailure(type) ? 'tag warn' : 'tag strong'}>
                {fillText(t.today, { number: writeNumber(today, site.language) })}
              </span>
              <span class="tag">{fillText(t.days, { number: writeNumber(total, site.language) })}</span>
            </p>
          </li>
        ))}
      </ul>
      <h2>{home.logouts}</h2>
      <Facts>
        <Fact name={t.waiting}>{written(waiting)}</Fact>
        <Fact name={t.givenUp}>{written(givenUp)}</Fact>
      </Facts>
      <p>
        <a href={paths.adminLogouts}>{t.seeEach}</a>
      </p>
      <h2>{t.mail}</h2>
      <TestMail site={site} mail={mail} />
    </Layout>
  )
}

function TestMail({ site, mail }: Pick<HealthPageProps, 'site' | 'mail'>) {
  const t = site.texts.admin.health
  const { mailer, from, email, attempt } = mail
  if (mailer === 'off') return <p>{t.mailOff}</p>
  return (
    <>
      <p>{mailer === 'outbox' ? t.mailOutbox : fillText(t.mailText, { mailer, from })}</p>
      {email === undefined ? (
        <p>{t.mailNoAddress}</p>
      ) : (
        <form method="post" action={site.paths.adminHealth}>
          <FormToken site={site} />
          <AttemptToken attempt={attempt} />
          <button type="submit" class="secondary">
            {fillText(t.sendTest, { email })}
          </button>
        </form>
      )}
    </>
  )
}

const isFailure = (type: string) => /failed|locked|refused|replayed|reused/.test(type)

const looks = { good: 'tag', warning: 'tag warn', bad: 'tag down' } as const

function FindingRow({ site, finding }: { readonly site: Site<'admin'>; readonly finding: Finding }) {
  const t = site.texts.admin.health
  const { verdict, found } = finding
  const { subject, text, fix } = findingText(t, site.language, finding)
  return (
    <li>
      <Icon name={verdict === 'good' ? 'check' : 'warning'} />
      <div>
        <strong>{subject}</strong>
        <p>{found === 'value' ? <code>{text}</code> : text}</p>
        {fix !== undefined && <p class="hint">{fix}</p>}
      </div>
      <p class="meta">
        <span class={looks[verdict]}>{t.verdicts[verdict]}</span>
      </p>
    </li>
  )
}
