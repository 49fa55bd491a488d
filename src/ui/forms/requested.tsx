import type { ExplainedDetail } from '../../rules/requests/authorization-details.ts'
import type { ScopeDefinition } from '../../rules/requests/scope.ts'
import { Fact, Facts } from '../facts.tsx'
import { Icon } from '../icons.tsx'
import type { Site } from '../site.ts'
import { describeScope } from '../words/messages/index.ts'
import { prepared } from '../words/prepared.ts'

/** Everything that a request asks for, in words. */

interface ScopeListProps {
  readonly site: Site
  readonly scopes: readonly ScopeDefinition[]
}

/** The information about a person apart from everything else, where a request has both. */
export function ScopeList({ site, scopes }: ScopeListProps) {
  const { able, who, data } = site.messages.consent
  const about = scopes.filter(({ name }) => isAboutPerson(name))
  const others = scopes.filter(({ name }) => !isAboutPerson(name))
  const areBoth = about.length > 0 && others.length > 0
  return (
    <>
      <h2>{able}</h2>
      {areBoth && <h3>{who}</h3>}
      <Scopes site={site} scopes={areBoth ? about : scopes} />
      {areBoth && <h3>{data}</h3>}
      {areBoth && <Scopes site={site} scopes={others} />}
    </>
  )
}

function isAboutPerson(scope: string): boolean {
  return ['openid', 'profile', 'email', 'address', 'phone', 'groups'].includes(scope)
}

function Scopes({ site, scopes }: ScopeListProps) {
  return (
    <>
      {prepared(['scopes', scopes], () => (
        <ul class="scopes">
          {scopes.map((scope) => (
            <li>
              <Icon name="check" />
              <span>
                {describeScope(scope, site.messages)}
                {scope.resource !== undefined && <span class="hint"> {scope.resource}</span>}
              </span>
              <code>{scope.name}</code>
            </li>
          ))}
        </ul>
      ))}
    </>
  )
}

/** Each authorization that is requested, with everything it says. RFC 9396 §3. */
export function DetailList({ items }: { readonly items: readonly ExplainedDetail[] }) {
  return (
    <>
      {items.map(({ title, rows }) => (
        <section>
          <h3>
            <bdi>{title}</bdi>
          </h3>
          <Facts>
            {rows.map(({ name, value }) => (
              <Fact name={<bdi>{name}</bdi>}>
                <bdi>{value}</bdi>
              </Fact>
            ))}
          </Facts>
        </section>
      ))}
    </>
  )
}
