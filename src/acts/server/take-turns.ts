/** One of the things that the schedule does, in parts. */
export interface Step {
  readonly name: string
  /** How many statements one part sends to the database at most. */
  readonly queries: number
  /** Does the next part, and says whether there is more to do. */
  readonly run: () => Promise<boolean>
}

/** What one run of the schedule may use. */
export interface Allowance {
  /** Statements that may still be sent to the database. The platform refuses more in one invocation. */
  readonly queriesLeft: () => number
  readonly isTimeLeft: () => boolean
}

export interface Outcome {
  readonly failed: readonly { readonly name: string; readonly error: unknown }[]
  /** Names of the steps that have more to do. */
  readonly unfinished: readonly string[]
}

/**
 * Runs one part of each step in turn, again and again, until nothing is left to do or the allowance is used up. A step that fails
 * is not run again this time, and keeps no other from its turn (ASVS 16.5.3).
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
        if (!(await step.run())) waiting.delete(step)
      } catch (error) {
        failed.push({ name: step.name, error })
        waiting.delete(step)
      }
    }
  }
  return { failed, unfinished: [...waiting].map(({ name }) => name) }
}

/** The same steps beginning at another one, so that over several runs each comes first. */
export function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
