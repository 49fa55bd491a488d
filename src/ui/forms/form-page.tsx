import type { Child } from 'hono/jsx'
import { AttemptToken, FormToken, Layout, Trail } from '../layout.tsx'
import { Refused } from '../outcome.tsx'
import type { Site } from '../site.ts'
import { Isolated } from '../words/name.tsx'
import { type Problem, ProblemSummary } from './fields.tsx'

export interface FormPageProps {
  readonly site: Site
  readonly title: string
  /** Whether the title is a name, which no language translates. */
  readonly isName?: boolean
  /** Title of the document, if it says more than the heading. */
  readonly documentTitle?: string
  /** The page above, and the target of Cancel. None on the way to something else: there is no way back then. */
  readonly back?: { readonly href: string; readonly name: string | undefined }
  /** False where the page is more than the form, and leaving it cancels nothing. */
  readonly canCancel?: boolean
  readonly action: string
  /** None where a token in the form can be used only once. */
  readonly attempt?: string
  /** The label of the button, if it is not Save. */
  readonly submit?: string
  readonly width?: 'narrow' | 'wide'
  readonly scripts?: readonly string[]
  /** A problem of the form as a whole. */
  readonly problem?: string | undefined
  readonly problems?: readonly Problem[]
  /** Beside the heading. */
  readonly actions?: Child
  /** Between the heading and the problems. */
  readonly above?: Child
  /** Between the problems and the form. */
  readonly below?: Child
  /** After the form. */
  readonly after?: Child
  /** Hidden fields. */
  readonly hidden?: Readonly<Record<string, string | number | undefined>>
  /** For a form with a file. */
  readonly enctype?: 'multipart/form-data'
  /** For the script of the page: what it finds the form by, and what it reads from it. */
  readonly form?: Readonly<Record<string, string | true>>
  /** Between Save and Cancel. */
  readonly buttons?: Child
  /** The fields. */
  readonly children?: Child
}

/** A page with one form. Its title tells of problems, each problem links to its field, and a form sent twice is one attempt. */
export function FormPage(props: FormPageProps) {
  const {
    site,
    title,
    isName = false,
    back,
    attempt,
    width = 'wide',
    problem,
    problems = [],
    hidden = {},
  } = props
  const { error } = site.messages
  const heading = <h1>{isName ? <Isolated>{title}</Isolated> : title}</h1>
  const isWrong = problem !== undefined || problems.length > 0
  return (
    <Layout
      site={site}
      title={isWrong ? `${error}: ${title}` : (props.documentTitle ?? title)}
      width={width}
      scripts={props.scripts ?? []}
    >
      {back !== undefined && (
        <Trail href={back.href}>
          <bdi>{back.name}</bdi>
        </Trail>
      )}
      {props.actions ? (
        <div class="heading">
          {heading}
          {props.actions}
        </div>
      ) : (
        heading
      )}
      {props.above}
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      {props.below}
      <form
        class={width === 'wide' ? 'long' : undefined}
        method="post"
        action={props.action}
        enctype={props.enctype}
        novalidate
        {...props.form}
      >
        <FormToken site={site} />
        {attempt !== undefined && <AttemptToken attempt={attempt} />}
        {Object.entries(hidden).map(
          ([name, value]) => value !== undefined && <input type="hidden" name={name} value={value} />,
        )}
        {props.children}
        <Buttons {...props} />
      </form>
      {props.after}
    </Layout>
  )
}

/** A button on its own is as wide as a narrow page. */
function Buttons({ site, back, canCancel = true, submit, buttons }: FormPageProps) {
  const { common } = site.messages
  const save = <button type="submit">{submit ?? common.save}</button>
  if (back === undefined || !canCancel) {
    return (
      <>
        {save}
        {buttons}
      </>
    )
  }
  return (
    <div class="actions">
      {save}
      {buttons}
      <a class="button secondary" href={back.href}>
        {common.cancel}
      </a>
    </div>
  )
}
