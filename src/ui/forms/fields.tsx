import type { Child } from 'hono/jsx'
import { useSpeech } from '../words/speech.ts'

export interface Problem {
  /** The name of the field. */
  readonly field: string
  /** The problem of the field, and how to fix it. */
  readonly text: string
}

export interface ControlProps {
  readonly label: string
  readonly name: string
  readonly hint?: string
  /** Problems of the whole form; a control shows its own. */
  readonly problems?: readonly Problem[]
}

export interface FieldProps extends ControlProps {
  readonly value?: string
  readonly type?: 'text' | 'password' | 'email' | 'search' | 'url' | 'tel'
  readonly autocomplete?: string
  /** The keyboard of a phone. */
  readonly inputmode?: 'numeric'
  readonly required?: boolean
  readonly autofocus?: boolean
  /** More than one line. */
  readonly rows?: number
  /** Under the control. */
  readonly below?: Child
}

/** A labelled control with its hint and its problems, tied together for screen readers. */
export function Field(props: FieldProps) {
  const {
    name,
    value = '',
    type = 'text',
    rows,
    autocomplete = 'off',
    required = false,
    autofocus = false,
  } = props
  // An address reads from left to right on an Arabic page, too.
  const common = {
    ...attributesOf(props),
    dir: 'auto' as const,
    autocomplete,
    inputmode: props.inputmode,
    required,
    autofocus,
  }
  return (
    <Control {...props}>
      {type === 'password' ? (
        <Revealed name={name} label={props.label}>
          <input {...common} type={type} value={value} />
        </Revealed>
      ) : rows === undefined ? (
        <input {...common} type={type} value={value} {...plainText(name, type)} />
      ) : (
        <textarea {...common} rows={rows} spellcheck={false} autocapitalize="off">
          {/* A browser drops the first line break after the tag. */}
          {/^[\r\n]/.test(value) ? `\n${value}` : value}
        </textarea>
      )}
      {props.below}
    </Control>
  )
}

/** A password with a button that shows it: the script makes the button visible. A module runs once, however many fields load it. */
function Revealed({
  name,
  label,
  children,
}: {
  readonly name: string
  readonly label: string
  readonly children?: Child
}) {
  return (
    <div class="with-button">
      {children}
      <button type="button" class="secondary small" data-reveal={name} aria-pressed="false" hidden>
        {useSpeech().common.show}
        <span class="unseen"> {label}</span>
      </button>
      <script src="/reveal.js" type="module" />
    </div>
  )
}

/** Names of people and things that no keyboard should correct. */
function plainText(name: string, type: string) {
  return type === 'text' && name !== 'name' ? { autocapitalize: 'off' as const, spellcheck: false } : {}
}

/** An optional extra. */
export function CheckField(props: ControlProps & { readonly checked: boolean }) {
  const { label, name, hint, checked } = props
  return (
    <div class="field radio">
      <input type="checkbox" value="yes" checked={checked} {...attributesOf(props)} />
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

export interface Choice {
  readonly value: string
  readonly label: Child
  readonly hint?: Child
}

interface ChoiceProps extends ControlProps {
  readonly value: string
  readonly choices: readonly Choice[]
}

export function SelectField(props: ChoiceProps) {
  return (
    <Control {...props}>
      <select {...attributesOf(props)}>
        {props.choices.map(({ value, label }) => (
          // A label equal to its stored value is a name, like that of an algorithm.
          <option
            value={value}
            selected={value === props.value}
            translate={value === label ? 'no' : undefined}
          >
            {label}
          </option>
        ))}
      </select>
    </Control>
  )
}

/** One of a few, each with its meaning. The first has the id that a problem links to. */
export function RadioField({ label, name, value, choices, problems }: ChoiceProps) {
  const texts = textsOf(name, problems)
  return (
    <fieldset class={texts.length === 0 ? 'field' : 'field wrong'}>
      <legend>{label}</legend>
      <ProblemTexts name={name} texts={texts} />
      <div class="radios">
        {choices.map((choice, i) => {
          const id = i === 0 ? name : `${name}-${choice.value}`
          return (
            <div class="radio">
              <input
                type="radio"
                id={id}
                name={name}
                value={choice.value}
                checked={choice.value === value}
                aria-describedby={`${id}-means`}
              />
              {/* A label equal to its value is a name from a specification. */}
              <label for={id} translate={choice.label === choice.value ? 'no' : undefined}>
                {choice.label}
              </label>
              <p class="hint" id={`${id}-means`}>
                {choice.hint}
              </p>
            </div>
          )
        })}
      </div>
    </fieldset>
  )
}

function Control({ label, name, hint, problems, children }: ControlProps & { readonly children?: Child }) {
  const texts = textsOf(name, problems)
  return (
    <div class={texts.length === 0 ? 'field' : 'field wrong'}>
      <label for={name}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      <ProblemTexts name={name} texts={texts} />
      {children}
    </div>
  )
}

/** The problems of one control, next to it. */
export function ProblemTexts({ name, texts }: { readonly name: string; readonly texts: readonly string[] }) {
  if (texts.length === 0) return null
  return (
    <div class="problem" id={`${name}-problem`}>
      {texts.map((text) => (
        <p>{text}</p>
      ))}
    </div>
  )
}

function attributesOf({ name, hint, problems }: ControlProps) {
  const wrong = textsOf(name, problems).length > 0
  const described = [hint !== undefined && `${name}-hint`, wrong && `${name}-problem`]
    .filter(Boolean)
    .join(' ')
  return {
    id: name,
    name,
    'aria-invalid': wrong ? ('true' as const) : undefined,
    'aria-describedby': described === '' ? undefined : described,
  }
}

export function textsOf(name: string, problems: readonly Problem[] = []): readonly string[] {
  return problems.filter(({ field }) => field === name).map(({ text }) => text)
}

/** At the top of a refused form: every problem, linked to its field. It has the focus: readers do not announce what is there on load. */
export function ProblemSummary({ problems }: { readonly problems: readonly Problem[] }) {
  const { common } = useSpeech()
  if (problems.length === 0) return null
  return (
    <div class="problems" role="alert" tabindex={-1} autofocus>
      <h2>{common.problem}</h2>
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
