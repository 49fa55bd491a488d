import { Field } from '../../ui/forms/fields.tsx'
import { type ConnectionButton, ProviderButtons } from '../../ui/forms/provider-buttons.tsx'
import { Signal, signalScript } from '../../ui/forms/signal.tsx'
import { Icon } from '../../ui/icons.tsx'
import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { preparedAround } from '../../ui/words/prepared.ts'

export interface LoginPageProps {
  readonly site: Site
  readonly next: string
  readonly username: string
  /** The providers that people can sign in with. */
  readonly connections: readonly ConnectionButton[]
  /** Whether an address can lead to a company's provider. */
  readonly hasWork: boolean
  readonly lastUsed?: string | undefined
  readonly problem?: string | undefined
  /** A signed-in person has to sign in again; `factor`: with more than their password. */
  readonly again?: 'again' | 'factor' | undefined
  /** For the script, about an unknown passkey. */
  readonly signal?: unknown
}

const passkeyScript = '/passkeys/sign-in.js'

export function LoginPage({
  site,
  next,
  username,
  connections,
  hasWork,
  lastUsed,
  problem,
  again,
  signal,
}: LoginPageProps) {
  const { login: messages, error } = site.messages
  const isKnown = username !== ''
  return (
    <Layout
      site={site}
      title={problem === undefined ? messages.title : `${error}: ${messages.title}`}
      width="narrow"
      scripts={signal === undefined ? [passkeyScript] : [passkeyScript, signalScript]}
    >
      {signal !== undefined && <Signal of={signal} />}
      <h1>{messages.title}</h1>
      {problem !== undefined && (
        <div class="problems" role="alert" id="problem">
          <p>{problem}</p>
        </div>
      )}
      {again !== undefined && <p>{messages[again]}</p>}
      {again === 'factor' && (
        <p>
          <a href={site.paths.loginRecovery}>{messages.lost}</a>
        </p>
      )}
      {preparedAround(
        ['login', site.paths.login, again, isKnown],
        { token: site.formToken, next, username },
        (to) => (
          <Forms paths={site.paths} messages={site.messages} again={again} isKnown={isKnown} to={to} />
        ),
      )}
      <ProviderButtons
        site={site}
        connections={connections}
        next={next}
        again={again !== undefined}
        lastUsed={lastUsed}
      />
      {hasWork && (
        <p>
          <a href={pathWithNext(site.paths.loginWork, next)}>{messages.work}</a>
        </p>
      )}
      {site.canSignUp && (
        <p>
          <a href={pathWithNext(site.paths.signUp, next)}>{messages.signUp}</a>
        </p>
      )}
      {site.canReset && (
        <p>
          <a href={site.paths.passwordReset}>{messages.forgot}</a>
        </p>
      )}
    </Layout>
  )
}

interface FormsProps extends Pick<Site, 'paths' | 'messages'>, Pick<LoginPageProps, 'again'> {
  /** The username is filled in. */
  readonly isKnown: boolean
  readonly to: Readonly<Record<'token' | 'next' | 'username', string>>
}

/** With a password, and with a passkey: hidden until the script finds that this browser supports them. */
function Forms({ paths, messages, again, isKnown, to }: FormsProps) {
  const { login: t, passkey } = messages
  return (
    <>
      <form method="post" action={paths.login}>
        <FormToken site={{ formToken: to.token }} />
        <input type="hidden" name="next" value={to.next} />
        {again !== undefined && <input type="hidden" name="again" value={again} />}
        <input type="hidden" name="can_have_passkey" id="can_have_passkey" />
        <Field
          label={t.username}
          name="username"
          value={to.username}
          autocomplete="username webauthn"
          required
          autofocus={!isKnown}
        />
        <Field
          label={t.password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          autofocus={isKnown}
        />
        <button type="submit">{t.title}</button>
      </form>
      <form method="post" action={paths.loginPasskey} id="passkey" data-none={passkey.none} hidden>
        <FormToken site={{ formToken: to.token }} />
        <input type="hidden" name="next" value={to.next} />
        <input type="hidden" name="credential" />
        <button type="button" class="secondary">
          <Icon name="key" />
          {passkey.button}
        </button>
      </form>
    </>
  )
}

/** The destination stays the same. */
function pathWithNext(path: string, next: string): string {
  return next === '' ? path : `${path}?${new URLSearchParams({ next })}`
}
