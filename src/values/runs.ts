/** Groups equal neighbours, in their order. No run is empty. */
export function runsOf<T>(
  items: readonly T[],
  isSame: (a: T, b: T) => boolean,
): readonly (readonly [T, ...T[]])[] {
  const runs: [T, ...T[]][] = []
  for (const item of items) {
    const run = runs.at(-1)
    if (run !== undefined && isSame(run[0], item)) run.push(item)
    else runs.push([item])
  }
  return runs
}
