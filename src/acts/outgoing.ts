import { callProblem } from '../rules/callable-url.ts'

/** Why a call came to nothing. It says nothing of what was answered: the person who chose the address may read it. */
export const callFailures = ['address', 'unreachable', 'timeout', 'answer'] as const
export type CallFailure = (typeof callFailures)[number]

export interface Call {
  readonly url: string
  /** Decides whether addresses of this machine may be called. */
  readonly issuer: string
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: URLSearchParams | string
  /** In milliseconds, for all of it. */
  readonly timeout?: number
  /** Of the answer, in bytes. Without it the answer is not read at all. */
  readonly longest?: number
  /** For the operator's log: what the call was for, never what it said. */
  readonly about: { readonly call: string; readonly client?: string }
}

export type Called =
  | { readonly ok: true; readonly body: Uint8Array }
  /** `status` is for the operator alone. */
  | { readonly ok: false; readonly failure: CallFailure; readonly status?: number }

const fiveSeconds = 5_000

/**
 * Every request that leaves this server, by the one rule of what may be called. No redirects, since one could lead anywhere;
 * bounded in time and, where the answer is read, in size. Any 2xx is an answer. A failure is logged, never thrown.
 */
export async function callOut(call: Call): Promise<Called> {
  const called = await send(call)
  if (!called.ok) {
    const { failure, status } = called
    console.error(JSON.stringify({ event: 'call_failed', ...call.about, failure, status }))
  }
  return called
}

async function send({ url, issuer, method, headers, body, timeout, longest }: Call): Promise<Called> {
  if (callProblem(url, issuer) !== undefined) return { ok: false, failure: 'address' }
  try {
    const response = await fetch(url, {
      method: method ?? 'GET',
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout ?? fiveSeconds),
    })
    if (!response.ok || longest === undefined) await response.body?.cancel()
    if (!response.ok) return { ok: false, failure: 'answer', status: response.status }
    const read = longest === undefined ? new Uint8Array() : await readAtMost(response, longest)
    return read === undefined
      ? { ok: false, failure: 'answer', status: response.status }
      : { ok: true, body: read }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return { ok: false, failure: isLate ? 'timeout' : 'unreachable' }
  }
}

/** Undefined when there is more. Stops reading there. */
async function readAtMost(response: Response, longest: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > longest) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
