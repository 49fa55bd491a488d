/**
 * Attempts at a code that can't tell how they ended: the claim may have happened, but nobody got tokens for it. Only a failure
 * leaves such a note, and only a code that looks replayed makes anybody read it. Best effort: without the note the code is dead.
 */
const keyOf = (attemptId: string) => `unanswered:${attemptId}`

/** Seconds. KV refuses a shorter life; the takeover itself is bounded by D1. */
const lifetime = 60

export async function noteUnanswered(kv: KVNamespace, attemptId: string): Promise<void> {
  try {
    await kv.put(keyOf(attemptId), JSON.stringify(attemptId), { expirationTtl: lifetime })
  } catch {
    // The failure that led here is the one to tell.
  }
}

export async function isUnanswered(kv: KVNamespace, attemptId: string): Promise<boolean> {
  try {
    // The note names its attempt, so that a value of another key is none.
    return (await kv.get(keyOf(attemptId), 'json')) === attemptId
  } catch {
    return false
  }
}
