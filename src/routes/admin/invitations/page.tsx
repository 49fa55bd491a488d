import type { Invitation } from '../../../store/people/invitations.ts'
import { Time } from '../../../ui/facts.tsx'
import { CopyField, copyScript } from '../../../ui/forms/copy.tsx'
import { Field, type Problem } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'

export interface InvitationsPageProps {
  readonly site: Site<'admin'>
  readonly place: ListPlace
  readonly invitations: readonly Invitation[]
  readonly attempt: string
  readonly canMail: boolean
  /** The completed act. */
  readonly done: 'sent' | 'withdrawn' | undefined
  /** The input. */
  readonly typed: string
  readonly problems: readonly Problem[]
}

export function InvitationsPage(props: InvitationsPageProps) {
  const { site, attempt, canMail, done, typed, problems } = props
  const { shared, home, invitations: t } = site.texts.admin
  return (
    <FormPage
      site={site}
      title={home.invitations}
      back={{ href: site.paths.admin, name: site.messages.layout.administration }}
      canCancel={false}
      action={site.paths.adminInvitations}
      attempt={attempt}
      submit={t.invite}
      problems={problems}
      above={done !== undefined && <Done>{t[done]}</Done>}
      after={<Open {...props} />}
    >
      <Field
        label={shared.email}
        name="email"
        type="email"
        value={typed}
        hint={canMail ? t.mailed : t.handOn}
        required
        problems={problems}
      />
    </FormPage>
  )
}

/** Those that nobody used yet, each with buttons to invite again and to withdraw it. */
function Open({ site, place, invitations, attempt }: InvitationsPageProps) {
  const { invitations: t, selection } = site.texts.admin
  const again = selection.acts.invite
  return (
    <>
      <h2>{t.open}</h2>
      <form class="long" method="post" action={site.paths.adminInvitations}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <List
          place={place}
          sorts={[{ value: '-created', label: site.messages.common.sort.created }]}
          count={invitations.length}
          empty={t.none}
        >
          {invitations.map((invitation) => (
            <li>
              <Monogram name={invitation.email} />
              <div>
                <Name>{invitation.email}</Name>
                <p class="hint">
                  <Fill text={t.goodUntil} at={<Time at={invitation.expiresAt} exact />} />
                </p>
              </div>
              <p class="meta">
                <button
                  type="submit"
                  name="email"
                  value={invitation.email}
                  class="secondary small"
                  aria-label={`${again}: ${invitation.email}`}
                >
                  {again}
                </button>
                <button
                  type="submit"
                  formaction={site.paths.withdrawInvitation(invitation.id)}
                  class="secondary small"
                  aria-label={fillText(t.withdrawOf, { email: invitation.email })}
                >
                  {t.withdraw}
                </button>
              </p>
            </li>
          ))}
        </List>
      </form>
    </>
  )
}

/** Shown once: only its hash is stored. */
export function InvitationLinkPage({
  site,
  email,
  url,
}: {
  readonly site: Site<'admin'>
  readonly email: string
  readonly url: string
}) {
  const { home, invitations: t } = site.texts.admin
  return (
    <Layout site={site} title={t.linkTitle} scripts={[copyScript]} width="narrow">
      <Trail href={site.paths.adminInvitations}>{home.invitations}</Trail>
      <h1>{t.linkHeading}</h1>
      <p>
        <Fill text={t.linkText} email={<bdi>{email}</bdi>} />
      </p>
      <CopyField label={t.link} id="link" value={url} />
    </Layout>
  )
}
