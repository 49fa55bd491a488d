import type { Finding } from '../../../protocol/health.ts'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import type { Tally } from './tally.ts'

export interface HealthPageProps {
  readonly site: Site
  readonly findings: readonly Finding[]
  readonly events: readonly Tally[]
  /** Logout notices, in words. */
  readonly waiting: string
  readonly givenUp: string
}

const verdicts = { good: 'Good', warning: 'Look at it', bad: 'Bad' } as const

export function HealthPage({ site, findings, events, waiting, givenUp }: HealthPageProps) {
  const { paths } = site
  return (
    <Layout site={site} title="Health">
      <Trail href={paths.admin}>Administration</Trail>
      <h1>Health</h1>
      <ul class="rows">
        {findings.map(({ subject, verdict, text, fix }) => (
          <li>
            <Icon name={verdict === 'good' ? 'check' : 'warning'} />
            <div>
              <strong>{subject}</strong>
              <p>{text}</p>
              {fix !== undefined && <p class="hint">{fix}</p>}
            </div>
            <p class="meta">
              <span class={verdict === 'good' ? 'tag' : 'tag strong'}>{verdicts[verdict]}</span>
            </p>
          </li>
        ))}
      </ul>
      <h2>What happened</h2>
      <p>
        Days begin at midnight, UTC. Of what has no seal yet, the newest 1000 are counted. Refreshes and
        errors of the server are in the log of the Worker.
      </p>
      <ul class="rows">
        {events.map(({ type, name, today, total }) => (
          <li>
            <Icon
              name={total > 0 && /failed|locked|refused|replayed|reused/.test(type) ? 'warning' : 'clock'}
            />
            <a class="cover" href={`${paths.adminAudit}?type=${type}`}>
              {name}
            </a>
            <p class="meta">
              <span class={today > 0 ? 'tag strong' : 'tag'}>Today: {today}</span>
              <span class="tag">14 days: {total}</span>
            </p>
          </li>
        ))}
      </ul>
      <h2>Logout notices</h2>
      <Facts>
        <Fact name="On their way">{waiting}</Fact>
        <Fact name="Given up in 14 days">{givenUp}</Fact>
      </Facts>
      <p>
        <a href={paths.adminLogouts}>See each of them</a>
      </p>
    </Layout>
  )
}
