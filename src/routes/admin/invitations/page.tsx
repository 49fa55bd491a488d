import type { Invitation } from '../../../store/invitations.ts'
import { CopyField, copyScript } from '../../../ui/copy.tsx'
import { Time } from '../../../ui/facts.tsx'
import { Field, type Problem, ProblemSummary } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { List, type ListPlace } from '../../../ui/list.tsx'
import { Monogram } from '../../../ui/monogram.tsx'
import { Done } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface InvitationsPageProps {
  readonly site: Site
  readonly place: ListPlace
  readonly invitations: readonly Invitation[]
  readonly attempt: string
  readonly canMail: boolean
  /** What was just done. */
  readonly done: 'sent' | 'withdrawn' | undefined
  /** As it was typed. */
  readonly typed: string
  readonly problems: readonly Problem[]
}

export function InvitationsPage(props: InvitationsPageProps) {
  const { site, place, invitations, attempt, canMail, done, typed, problems } = props
  return (
    <Layout site={site} title={problems.length === 0 ? 'Invitations' : 'Error: Invitations'}>
      <Trail href={site.paths.admin}>Administration</Trail>
      <h1>Invitations</h1>
      {done === 'sent' && <Done>The invitation is on its way</Done>}
      {done === 'withdrawn' && <Done>The invitation is withdrawn</Done>}
      <ProblemSummary problems={problems} />
      <form method="post" action={site.paths.adminInvitations}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field
          label="Email"
          name="email"
          type="email"
          value={typed}
          hint={
            canMail
              ? 'We mail a link that creates one account, within seven days.'
              : 'This server sends no mail: you get the link, and hand it on.'
          }
          required
          problems={problems}
        />
        <button type="submit">Invite</button>
      </form>
      <h2>Not used yet</h2>
      <form class="long" method="post" action={site.paths.adminInvitations}>
        <FormToken site={site} />
        <List place={place} count={invitations.length}>
          {invitations.map((invitation) => (
            <li>
              <Monogram name={invitation.email} />
              <div>
                <strong>
                  <bdi>{invitation.email}</bdi>
                </strong>
                <p class="hint">
                  Good until <Time at={invitation.expiresAt} exact />
                </p>
              </div>
              <p class="meta">
                <button
                  type="submit"
                  formaction={site.paths.withdrawInvitation(invitation.id)}
                  class="secondary small"
                >
                  Withdraw<span class="unseen"> the invitation of {invitation.email}</span>
                </button>
              </p>
            </li>
          ))}
        </List>
      </form>
    </Layout>
  )
}

/** Shown once: only its hash is kept. */
export function InvitationLinkPage({
  site,
  email,
  url,
}: {
  readonly site: Site
  readonly email: string
  readonly url: string
}) {
  return (
    <Layout site={site} title="Invitation" scripts={[copyScript]} width="narrow">
      <Trail href={site.paths.adminInvitations}>Invitations</Trail>
      <h1>Hand on this link</h1>
      <p>
        It lets <bdi>{email}</bdi> create one account, within seven days. It is shown now, and never again.
      </p>
      <CopyField label="Link" id="link" value={url} />
    </Layout>
  )
}
