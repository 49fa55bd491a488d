/**
 * What JSON from outside must look like: a shape returns the value with its type, or throws a `ShapeError`. Zod does much more,
 * at 9 KiB of the bundle, and two milliseconds of each start to make the schemas.
 */
export type Shape<T> = (value: unknown) => T

/** The value of an accepted input: `z.infer` of a shape. */
export type Shaped<S extends Shape<unknown>> = ReturnType<S>

/** Never contains the value: it may be a secret. */
export class ShapeError extends Error {
  override name = 'ShapeError'
  /** Names of members and places in lists, from the outside to the inside. */
  path: readonly string[] = []
}

function refused(expected: string): never {
  throw new ShapeError(`Expected ${expected}`)
}

/** The value, or undefined when it has another shape. Other errors are thrown. */
export function shapedOrNot<T>(shape: Shape<T>, value: unknown): T | ShapeError {
  try {
    return shape(value)
  } catch (error) {
    if (error instanceof ShapeError) return error
    throw error
  }
}

export const string: Shape<string> = (value) => (typeof value === 'string' ? value : refused('a text'))

export const number: Shape<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : refused('a number')

export const boolean: Shape<boolean> = (value) =>
  typeof value === 'boolean' ? value : refused('true or false')

export const unknown: Shape<unknown> = (value) => value

export const missing: Shape<undefined> = (value) => (value === undefined ? undefined : refused('nothing'))

export function mayBeMissing<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined ? undefined : shape(value))
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value))
}

export function choiceOf<const T extends string>(values: readonly T[]): Shape<T> {
  return (value) => values.find((one) => one === value) ?? refused(`one of ${values.join(', ')}`)
}

export function refined<T>(shape: Shape<T>, isValid: (value: T) => boolean, expected: string): Shape<T> {
  return (value) => {
    const shaped = shape(value)
    return isValid(shaped) ? shaped : refused(expected)
  }
}

export function array<T>(shape: Shape<T>): Shape<T[]> {
  return (value) =>
    Array.isArray(value) ? value.map((item, index) => within(String(index), shape, item)) : refused('a list')
}

/** An object whose members all have one shape. */
export function record<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return (value) =>
    Object.fromEntries(
      Object.entries(members(value)).map(([name, item]) => [name, within(name, shape, item)]),
    )
}

type Members = Readonly<Record<string, Shape<unknown>>>

/** A member that may be undefined may be missing. */
type ObjectOf<M extends Members> = {
  -readonly [Name in keyof M as undefined extends Shaped<M[Name]> ? never : Name]: Shaped<M[Name]>
} & {
  -readonly [Name in keyof M as undefined extends Shaped<M[Name]> ? Name : never]?: Shaped<M[Name]>
}

/** Other members are left out. */
export function object<M extends Members>(shapes: M): Shape<ObjectOf<M>> {
  const known = Object.entries(shapes)
  return (value) => {
    const given = members(value)
    const shaped: Record<string, unknown> = {}
    for (const [name, shape] of known) {
      const member = within(name, shape, Object.hasOwn(given, name) ? given[name] : undefined)
      if (member !== undefined) shaped[name] = member
    }
    // Each member has passed its own shape; one that is left out may be undefined.
    return shaped as ObjectOf<M>
  }
}

/** Other members are kept as they are. */
export function looseObject<M extends Members>(shapes: M): Shape<ObjectOf<M> & Record<string, unknown>> {
  const known = object(shapes)
  return (value) => ({ ...members(value), ...known(value) })
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refused('an object')
  // Any object has members with names.
  return value as Readonly<Record<string, unknown>>
}

function within<T>(name: string, shape: Shape<T>, value: unknown): T {
  try {
    return shape(value)
  } catch (error) {
    if (error instanceof ShapeError) error.path = [name, ...error.path]
    throw error
  }
}
