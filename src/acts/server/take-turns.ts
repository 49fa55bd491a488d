/** A task of the schedule, done in parts. */
export interface Step {
  readonly name: string
  /** Maximum of database statements of one part. */
  readonly queries: number
  /** Does the next part, and returns whether there is more to do. */
  readonly run: () => Promise<boolean>
}

/** The limits of one scheduled run. */
export interface Allowance {
  /** Database statements that may still be sent. The platform refuses more in one invocation. */
  readonly queriesLeft: () => number
  readonly isTimeLeft: () => boolean
  /** Waits after a part of a step with more to do. D1 answers one batch after the other: meanwhile it answers people. */
  readonly rest: () => Promise<void>
}

export interface Outcome {
  readonly failed: readonly { readonly name: string; readonly error: unknown }[]
  /** Names of the steps with more to do. */
  readonly unfinished: readonly string[]
}

/**
 * Runs one part of each step in turn, repeatedly, until everything is done or the limit is reached. A failed step is not run
 * again this time, and does not block the others (ASVS 16.5.3).
 */
export async function takeTurns(steps: readonly Step[], allowance: Allowance): Promise<Outcome> {
  const failed: { name: string; error: unknown }[] = []
  const waiting = new Set(steps)
  let hasMoved = true
  while (hasMoved && waiting.size > 0) {
    hasMoved = false
    for (const step of [...waiting]) {
      if (!allowance.isTimeLeft() || allowance.queriesLeft() < step.queries) continue
      hasMoved = true
      try {
        if (await step.run()) await allowance.rest()
        else waiting.delete(step)
      } catch (error) {
        failed.push({ name: step.name, error })
        waiting.delete(step)
      }
    }
  }
  return { failed, unfinished: [...waiting].map(({ name }) => name) }
}

/** The same steps starting at another one, so that over several runs each comes first. */
export function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
