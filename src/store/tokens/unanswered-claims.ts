import { atMost } from './at-most.ts'

/**
 * Attempts at a code with an unknown result: the claim may have happened, but nobody got tokens for it. Only a failure writes
 * such a note, and only an apparent replay reads it. Best effort: without the note the code is invalid.
 */
const keyOf = (attemptId: string) => `unanswered:${attemptId}`

/** Seconds. KV refuses a shorter lifetime; D1 bounds the takeover itself. */
const lifetime = 60

export async function noteUnanswered(kv: KVNamespace, attemptId: string): Promise<void> {
  try {
    await atMost(kv.put(keyOf(attemptId), JSON.stringify(attemptId), { expirationTtl: lifetime }))
  } catch {
    // The original failure is the one to report.
  }
}

export async function isUnanswered(kv: KVNamespace, attemptId: string): Promise<boolean> {
  try {
    // The note contains its attempt, so that a value of another key does not match.
    return (await atMost(kv.get(keyOf(attemptId), 'json'))) === attemptId
  } catch {
    return false
  }
}
