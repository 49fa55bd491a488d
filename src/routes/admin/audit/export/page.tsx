import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { countText } from '../../../../ui/words/plural.ts'

export interface AuditExportPageProps {
  readonly site: Site<'admin'>
  readonly filter: Readonly<Record<string, string>>
  readonly most: number
  readonly attempt: string
  readonly problem: string | undefined
}

export function AuditExportPage({ site, filter, most, attempt, problem }: AuditExportPageProps) {
  const t = site.texts.admin.audit
  const count = new Intl.NumberFormat(site.language).format(most)
  return (
    <ConfirmPage
      site={site}
      title={t.exportTitle}
      action={site.paths.adminAuditExport}
      back={`${site.paths.adminAudit}?${new URLSearchParams(filter)}`}
      submit={t.export}
      attempt={attempt}
      problem={problem}
      hidden={filter}
      mild
    >
      <p>{countText(site.language, t.exportText, most, { count })}</p>
      <p>{t.exportAll}</p>
    </ConfirmPage>
  )
}
