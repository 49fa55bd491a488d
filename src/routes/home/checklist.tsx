import type { Child } from 'hono/jsx'
import { AttemptToken, FormToken } from '../../ui/layout.tsx'
import { Done } from '../../ui/outcome.tsx'
import type { Site } from '../../ui/site.ts'

export interface ChecklistProps {
  readonly site: Site<'start'>
  /** The administrator was created just now. */
  readonly isNew: boolean
  /** On a developer's machine: one button registers an application for the playground. */
  readonly isLocal: boolean
  readonly attempt: string
  readonly isRegistered: boolean
  readonly isTried: boolean
  readonly hasApi: boolean
  readonly hasFactor: boolean
  readonly hasSecond: boolean
}

/** The next steps for a person who has just set up a server. Each step is ticked automatically. */
export function Checklist(props: ChecklistProps) {
  const { site, isNew, isLocal, isRegistered, isTried, hasApi, hasFactor, hasSecond } = props
  const { paths } = site
  const t = site.texts.start.checklist
  return (
    <>
      {isNew && <Done>{t.created}</Done>}
      <details class="card" data-keep="checklist" open>
        <summary>
          <h2>{t.title}</h2>
        </summary>
        <ol class="checklist">
          <Step site={site} done={isRegistered} title={t.register} text={t.registerText}>
            {isLocal && !isRegistered && <RegisterAtOnce {...props} />}
            <a class={isLocal ? 'button secondary' : 'button'} href={paths.registerApplication}>
              {t.registerForm}
            </a>
          </Step>
          <Step site={site} done={isTried} title={t.try} text={t.tryText}>
            <a href={isRegistered ? paths.applications : paths.playground}>
              {isRegistered ? t.tryLink : t.tryBuiltIn}
            </a>
          </Step>
          <Step site={site} done={hasApi} title={t.protect} text={t.protectText}>
            <a href={paths.newApi}>{t.protectLink}</a>
          </Step>
          <Step site={site} done={hasFactor} title={t.factor} text={t.factorText}>
            <a href={paths.newPasskey}>{t.factorLink}</a>
          </Step>
          <Step site={site} done={hasSecond} title={t.second} text={t.secondText}>
            <a href={paths.newUser}>{t.secondLink}</a>
          </Step>
          <Step site={site} done={!isLocal} title={t.deploy} text={t.deployText}>
            <code>npm run deploy</code>
          </Step>
        </ol>
      </details>
      <script src="/keep.js" type="module" />
    </>
  )
}

interface StepProps {
  readonly site: Site<'start'>
  readonly done: boolean
  readonly title: string
  readonly text: string
  readonly children?: Child
}

/** A completed step needs no text. */
function Step({ site, done, title, text, children }: StepProps) {
  return (
    <li class={done ? 'ticked' : undefined}>
      <h3>
        {title}
        {done && <span class="unseen"> {site.texts.start.checklist.done}</span>}
      </h3>
      {!done && (
        <>
          <p>{text}</p>
          <div class="actions">{children}</div>
        </>
      )}
    </li>
  )
}

/** The form of an application, filled in for the built-in playground. */
function RegisterAtOnce({ site, attempt }: ChecklistProps) {
  const { paths, issuer } = site
  const t = site.texts.start.checklist
  const fields = {
    name: t.firstName,
    kind: 'web',
    client_type: 'confidential',
    authorization_grant_type: 'authorization-code',
    redirect_uris: issuer + paths.playgroundCallback,
  }
  return (
    <form method="post" action={paths.registerApplication}>
      <FormToken site={site} />
      <AttemptToken attempt={attempt} />
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{t.registerNow}</button>
    </form>
  )
}
