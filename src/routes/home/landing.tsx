import { Endpoints } from '../../ui/endpoints.tsx'
import { copyScript } from '../../ui/forms/copy.tsx'
import { Icon } from '../../ui/icons.tsx'
import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Way, Ways } from '../../ui/ways.tsx'
import { fillText } from '../../ui/words/fill.tsx'
import { Checklist, type ChecklistProps } from './checklist.tsx'
import { Greeting } from './greeting.tsx'

export interface LandingPageProps {
  readonly site: Site<'start'>
  /** For an administrator of a new server. */
  readonly checklist: Omit<ChecklistProps, 'site'> | undefined
}

/** Presents a server that nobody uses yet. */
export function LandingPage({ site, checklist }: LandingPageProps) {
  const { paths, viewer } = site
  const t = site.texts.start.home
  return (
    <Layout site={site} title={t.title} scripts={[copyScript]}>
      <div class="hero">
        <h1>{t.heading}</h1>
        <p>{fillText(t.text, { brand: site.brand.name })}</p>
        {viewer === undefined ? (
          <p class="actions">
            <a class="button" href={paths.login}>
              {t.signIn}
              <Icon name="arrow" />
            </a>
          </p>
        ) : (
          <Greeting site={site} username={viewer.username} />
        )}
      </div>
      {checklist !== undefined && <Checklist site={site} {...checklist} />}
      <Ways>
        <Way href={paths.applications} icon="applications" title={t.applications}>
          {t.applicationsText}
        </Way>
        <Way href={paths.playground} icon="play" title={t.playground}>
          {t.playgroundText}
        </Way>
        {viewer?.isStaff && (
          <Way href={paths.admin} icon="shield" title={t.administration}>
            {t.administrationText}
          </Way>
        )}
      </Ways>
      <Endpoints site={site} />
    </Layout>
  )
}
