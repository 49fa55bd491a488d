/** D1 decides without KV, so that nothing waits longer than this for it. Milliseconds. */
const longestWait = 1000

/** The result of work with KV. Undefined: there is none yet. */
export async function atMost<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), longestWait)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
