import { Time } from '../../../ui/facts.tsx'
import { AttemptToken, FormToken, Layout } from '../../../ui/layout.tsx'
import { Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { countText } from '../../../ui/words/plural.ts'

export interface LoginRecoveryPageProps {
  readonly site: Site<'account'>
  readonly username: string
  /** When the factors are removed, if that was requested. */
  readonly dueAt: number | undefined
  /** Whether a factor was shown: then the removal can be stopped. */
  readonly mayStop: boolean
  readonly mayAsk: boolean
  /** The wait, in hours. */
  readonly hours: number
  readonly hasMail: boolean
  readonly attempt: string
  readonly problem?: string | undefined
}

/** For a person whose password is right, and who can't show a passkey or a code. */
export function LoginRecoveryPage(props: LoginRecoveryPageProps) {
  const { site, username, dueAt, mayStop, mayAsk, hours, hasMail, attempt, problem } = props
  const { messages, paths } = site
  const t = site.texts.account.recovery
  const canDo = dueAt === undefined ? mayAsk : mayStop
  return (
    <Layout
      site={site}
      title={problem === undefined ? t.title : `${messages.error}: ${t.title}`}
      width="narrow"
    >
      <h1>{t.title}</h1>
      <Refused problem={problem} />
      {dueAt !== undefined ? (
        <>
          <p>
            <Fill text={t.waits} user={<bdi>{username}</bdi>} time={<Time at={dueAt} exact />} />
          </p>
          <p>{mayStop ? t.stopText : t.stopHow}</p>
        </>
      ) : mayAsk ? (
        <>
          <p>
            <Fill text={t.text} user={<bdi>{username}</bdi>} />
          </p>
          <ul>
            <li>{countText(site.language, t.wait, hours)}</li>
            <li>{hasMail ? t.told : t.notTold}</li>
            <li>{t.then}</li>
          </ul>
          <p>{t.sooner}</p>
        </>
      ) : (
        <p>{t.administrator}</p>
      )}
      {canDo ? (
        <form method="post" action={paths.loginRecovery} class="choices">
          <FormToken site={site} />
          <AttemptToken attempt={attempt} />
          <input type="hidden" name="action" value={dueAt === undefined ? 'ask' : 'stop'} />
          <button type="submit" class={dueAt === undefined ? 'danger' : undefined}>
            {dueAt === undefined ? t.ask : t.stop}
          </button>
          <a class="button secondary" href={dueAt === undefined ? paths.login : paths.account}>
            {messages.common.cancel}
          </a>
        </form>
      ) : (
        <p class="actions">
          <a
            class="button secondary"
            href={`${paths.login}?${new URLSearchParams({ next: paths.loginRecovery, again: 'factor' })}`}
          >
            {messages.login.title}
          </a>
        </p>
      )}
    </Layout>
  )
}
