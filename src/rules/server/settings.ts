import { type About, about, variables, variableTexts } from '../../variables.ts'

/** A variable as an administrator sees it. */
export interface Setting {
  readonly name: string
  /** The current value; undefined if there is none, and for a secret. */
  readonly value: string | undefined
  /** Set by the operator; otherwise the default applies. */
  readonly isSet: boolean
  readonly isSecret: boolean
  readonly range: About['range']
  readonly numbers: About['numbers']
}

/** Every variable and where its value comes from. */
export function settingsOf(env: Readonly<Record<string, unknown>>): readonly Setting[] {
  const given = variableTexts(env)
  const values: Readonly<Record<string, string | undefined>> = variables.parse(given)
  return Object.entries(variables.shape).map(([name, schema]) => {
    const { isSecret = false, range, numbers } = about.get(schema) ?? {}
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
