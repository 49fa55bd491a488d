/** A CPU profile of V8, in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface ProfileNode {
  readonly id: number
  readonly children?: readonly number[]
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
}

/** The debugger interface of one Worker (Chrome DevTools Protocol). */
export class Inspector {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: { result?: unknown; error?: { message: string } }) => void>()
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data))
      this.#waiting.get(answer.id)?.(answer)
      this.#waiting.delete(answer.id)
    })
  }

  /** @param base of the process, as Miniflare reports it */
  static async open(base: URL): Promise<Inspector> {
    const url = new URL('/core:user:measured', base)
    url.protocol = 'ws:'
    const socket = new WebSocket(url)
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve())
      socket.addEventListener('error', () => reject(new Error(`The inspector at ${url} does not answer`)))
    })
    return new Inspector(socket)
  }

  /** Sends a command and waits for its result, in the form of the protocol. */
  call<T>(method: string, params: object = {}): Promise<T> {
    this.#last += 1
    const id = this.#last
    this.#socket.send(JSON.stringify({ id, method, params }))
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        // The caller declares the type of the result.
        if (error === undefined) resolve(result as T)
        else reject(new Error(`${method}: ${error.message}`))
      })
    })
  }

  /** The profile of the Worker during `work`. */
  async profile(work: () => Promise<unknown>, intervalInMicroseconds: number): Promise<CpuProfile> {
    await this.call('Profiler.enable')
    await this.call('Profiler.setSamplingInterval', { interval: intervalInMicroseconds })
    await this.call('Profiler.start')
    await work()
    const { profile } = await this.call<{ profile: CpuProfile }>('Profiler.stop')
    return profile
  }

  /**
   * Bytes of live objects, after garbage collection.
   * @param touch makes the Worker answer something: workerd collects when the isolate runs next
   */
  async heap(touch: () => Promise<unknown>): Promise<number> {
    await this.call('HeapProfiler.enable')
    let isCollected = false
    const collected = this.call('HeapProfiler.collectGarbage').then(() => {
      isCollected = true
    })
    while (!isCollected) await touch()
    await collected
    const { usedSize } = await this.call<{ usedSize: number }>('Runtime.getHeapUsage')
    return usedSize
  }

  close(): void {
    this.#socket.close()
  }
}

/** Microseconds in each function of its own, without idle time. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<ProfileNode, number> {
  const known = new Map(nodes.map((node) => [node.id, node]))
  const times = new Map<ProfileNode, number>()
  samples.forEach((id, index) => {
    const node = known.get(id)
    if (node === undefined || /^\((idle|program|root)\)$/.test(node.callFrame.functionName)) return
    times.set(node, (times.get(node) ?? 0) + (timeDeltas[index] ?? 0))
  })
  return times
}
