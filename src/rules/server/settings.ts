import { type Variable, valuesOf, variableNames, variables, variableTexts } from '../../variables.ts'

/** A variable as an administrator sees it. */
export interface Setting {
  readonly name: string
  /** The current value; undefined if there is none, and for a secret. */
  readonly value: string | undefined
  /** Set by the operator; otherwise the default applies. */
  readonly isSet: boolean
  readonly isSecret: boolean
  readonly range: Variable['range']
  readonly numbers: Variable['numbers']
}

/** Every variable and where its value comes from. */
export function settingsOf(env: Readonly<Record<string, unknown>>): readonly Setting[] {
  const given = variableTexts(env)
  const values = valuesOf(given)
  return variableNames.map((name) => {
    const { isSecret = false, range, numbers }: Variable = variables[name]
    return {
      name,
      value: isSecret ? undefined : values[name],
      isSet: name in given,
      isSecret,
      range,
      numbers,
    }
  })
}
