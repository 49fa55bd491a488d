import { type Choice, type ControlProps, ProblemTexts, textsOf } from './fields.tsx'

export interface Check extends Choice {
  readonly checked: boolean
  /** Shown, but not editable here. */
  readonly fixed?: boolean
}

/** Any of a few names, each with its meaning. The first has the id that a problem links to. */
export function ChecksField({
  label,
  name,
  hint,
  checks,
  problems,
}: ControlProps & { readonly checks: readonly Check[] }) {
  const texts = textsOf(name, problems)
  return (
    <fieldset class={texts.length === 0 ? 'field' : 'field wrong'}>
      <legend>{label}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      <ProblemTexts name={name} texts={texts} />
      <div class="radios">
        {checks.map(({ value, label, hint, checked, fixed = false }, i) => {
          const id = i === 0 ? name : `${name}-${i}`
          return (
            <div class="radio">
              <input
                type="checkbox"
                id={id}
                name={name}
                value={value}
                checked={checked}
                disabled={fixed}
                aria-describedby={`${id}-means`}
              />
              <label for={id} translate="no">
                {label}
              </label>
              <p class="hint" id={`${id}-means`}>
                {hint}
              </p>
            </div>
          )
        })}
      </div>
    </fieldset>
  )
}
