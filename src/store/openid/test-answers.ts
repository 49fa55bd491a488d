/** The answer of a provider that an administrator tests. Nothing depends on it: without it they test again. */
const keyOf = (id: string) => `provider-test:${id}`

/** Seconds that it is kept. */
const lifetime = 600

/** `sealed`: encrypted, since it describes a person. Each id is written once. */
export async function keepTestAnswer(kv: KVNamespace, id: string, sealed: string): Promise<void> {
  await kv.put(keyOf(id), sealed, { expirationTtl: lifetime })
}

/** Undefined when it has expired, or has not arrived at this location yet. */
export async function findTestAnswer(kv: KVNamespace, id: string): Promise<string | undefined> {
  return (await kv.get(keyOf(id))) ?? undefined
}
