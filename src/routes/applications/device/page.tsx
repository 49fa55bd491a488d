import type { Client } from '../../../rules/clients/client.ts'
import { deviceCodeLifetime, firstInterval } from '../../../rules/requests/device.ts'
import { CopyBlock, CopyCode, copyScript } from '../../../ui/forms/copy.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { QrCode } from '../../../ui/qr-code.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'
import { countText, pluralForm } from '../../../ui/words/plural.ts'
import { deviceCodeRequest } from '../requests.ts'

interface StartPageProps {
  readonly site: Site<'applications' | 'start'>
  readonly client: Client
  readonly attempt: string
  readonly problem?: string | undefined
}

/** Starts the same request as a device: only a form creates a code. */
export function StartPage({ site, client, attempt, problem }: StartPageProps) {
  const { next: t } = site.texts.applications
  return (
    <FormPage
      site={site}
      title={t.deviceTitle}
      back={{ href: site.paths.application(client.id), name: client.name }}
      action={site.paths.tryDevice(client.id)}
      attempt={attempt}
      submit={t.deviceStart}
      width="narrow"
      problem={problem}
      below={<p>{t.device}</p>}
    />
  )
}

interface CodePageProps {
  readonly site: Site<'applications' | 'start'>
  readonly client: Client
  readonly userCode: string
  readonly deviceCode: string
  /** The address including the code. */
  readonly link: string
  /** The QR code of the link. */
  readonly modules: readonly (readonly boolean[])[]
}

/** The screen of a device, and the command by which it requests its tokens. */
export function CodePage({ site, client, userCode, deviceCode, link, modules }: CodePageProps) {
  const { next: t } = site.texts.applications
  const { issuer, paths } = site
  return (
    <Layout site={site} title={t.deviceTitle} scripts={[copyScript]}>
      <Trail href={paths.application(client.id)}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>{t.deviceTitle}</h1>
      <p>
        <Fill text={t.deviceOpen} link={<a href={link}>{issuer + paths.device}</a>} />
      </p>
      <p>
        <QrCode modules={modules} name={t.deviceQr} />
      </p>
      <p>
        <CopyCode id="user_code" value={userCode} what={site.texts.start.device.code} />
      </p>
      <p class="hint">{countText(site.language, t.deviceGood, deviceCodeLifetime / 60)}</p>
      <h2>{t.request}</h2>
      <p>
        <Fill
          text={pluralForm(site.language, t.devicePoll, firstInterval)}
          pending={<code>authorization_pending</code>}
          count={firstInterval}
        />
        {client.type === 'confidential' && ` ${t.deviceSecret}`}
      </p>
      <CopyBlock title="curl" id="device_token_request" text={deviceCodeRequest(site, client, deviceCode)} />
    </Layout>
  )
}
