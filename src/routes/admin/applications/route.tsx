import { clientSelections } from '../../../acts/clients/selected-clients.ts'
import type { Context } from '../../../http/context.ts'
import { pageSize, placeOn, readDone, readList, readShow } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { readForUser } from '../../../http/sign-in/require-session.ts'
import { clientFilters } from '../../../rules/clients/client.ts'
import { countWaitingClients } from '../../../store/clients/approval.ts'
import { clientSorts, searchClients } from '../../../store/clients/search.ts'
import { ApplicationListPage } from '../../../ui/application-list.tsx'
import { SelectionBar, Tick } from '../../../ui/forms/selection.tsx'
import { Done } from '../../../ui/outcome.tsx'
import { fillText } from '../../../ui/words/fill.tsx'

const countedUpTo = 1000

/** GET /admin/applications: those of all developers; with `approval=waiting`, those waiting for approval. */
export async function get(c: Context<'admin' | 'applications'>): Promise<Response> {
  const { asked, chosen } = readList(c, clientSorts)
  const { search, after } = asked
  const { sort } = chosen
  const owner = c.req.query('owner') || undefined
  const waiting = c.req.query('approval') === 'waiting'
  const { DB } = c.env
  const show = readShow(c, clientFilters)
  const answer = await readForUser(c, () => ({
    clients: searchClients(DB, { ownerId: owner, waiting, search, show, after, sort }, pageSize),
    waits: countWaitingClients(DB, countedUpTo + 1),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const { clients, waits } = found
  const { paths, messages } = c.var
  const site = siteFor(c, session)
  const answered = c.req.query('answered')
  const { selection } = site.texts.admin
  const isDecision = (act: string) => act === 'approve' || act === 'refuse'
  const acts = clientSelections.filter((act) => isDecision(act) === waiting)
  const done = readDone(c, clientSelections)
  const selectable = {
    action: paths.selectedApplications,
    tick: (id: string, name: string) => <Tick site={site} id={id} name={name} />,
    bar: <SelectionBar site={site} acts={acts.map((value) => ({ value, label: selection.acts[value] }))} />,
  }
  const filters = { owner, approval: waiting ? 'waiting' : undefined }
  return showPage(
    c,
    <ApplicationListPage
      site={site}
      title={site.texts.admin.applications.title}
      place={{
        ...placeOn(paths.adminApplications, asked, clients.page, clients.sort),
        filters,
        show: show ?? '',
      }}
      isUnsorted={clients.sort.by !== sort.by}
      filters={clientFilters}
      isByBeginning={clients.isByBeginning}
      items={clients.page.items}
      showOwner
      queue={{
        count: waits,
        most: countedUpTo,
        isShown: waiting,
        answered: answered === 'approve' || answered === 'refuse' ? answered : undefined,
      }}
      {...(site.viewer?.isAdministrator && { selection: selectable })}
      done={done && <Done>{fillText(selection.done[done.act], { number: done.number })}</Done>}
      trail={{ href: paths.admin, name: messages.layout.administration }}
    />,
  )
}
