/**
 * A value that is made at its first use, and kept. For schemas and tables that few requests need: every isolate would make them
 * at its start, which has ten milliseconds for everything.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
