export interface FieldProps {
  readonly label: string
  readonly name: string
  readonly value?: string
  readonly type?: 'text' | 'password' | 'email' | 'search'
  readonly autocomplete?: string
  readonly required?: boolean
  readonly autofocus?: boolean
  readonly hint?: string
  /** What is wrong with it, and how to mend it. */
  readonly problem?: string | undefined
  /** More than one line. */
  readonly rows?: number
}

/** A labelled control with its hint and its problem, tied together for screen readers. */
export function Field(props: FieldProps) {
  const { label, name, value = '', type = 'text', hint, problem, rows, autocomplete = 'off', required, autofocus } = props
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ')
  const common = {
    id: name,
    name,
    autocomplete,
    required: required ?? false,
    autofocus: autofocus ?? false,
    'aria-invalid': problem === undefined ? undefined : ('true' as const),
    'aria-describedby': described === '' ? undefined : described,
  }
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'}>
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p class="problem" id={`${name}-problem`}>
          {problem}
        </p>
      )}
      {rows === undefined ? (
        <input {...common} type={type} value={value} />
      ) : (
        <textarea {...common} rows={rows} spellcheck={false}>
          {value}
        </textarea>
      )}
    </div>
  )
}

export interface Problem {
  /** The name of the field. */
  readonly field: string
  readonly text: string
}

/** At the top of a form that was refused: every problem, linked to its field. */
export function ProblemSummary({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <div class="problems" role="alert">
      <h2>There is a problem</h2>
      <ul>
        {problems.map(({ field, text }) => (
          <li>
            <a href={`#${field}`}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function problemOf(problems: readonly Problem[], field: string): string | undefined {
  return problems.find((problem) => problem.field === field)?.text
}
