import { callProblem } from '../rules/callable-url.ts'

/** Why a call failed. It reveals nothing about the answer: the person who chose the address may read it. */
const callFailures = ['address', 'unreachable', 'timeout', 'answer'] as const
export type CallFailure = (typeof callFailures)[number]

export interface Call {
  readonly url: string
  /** Decides whether loopback addresses may be called. */
  readonly issuer: string
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: URLSearchParams | string
  /** For the whole call, in milliseconds. */
  readonly timeout?: number
  /** Limit of the answer, in bytes. Without it the answer is not read at all. */
  readonly longest?: number
  /** For the operator's log: the purpose of the call, never its content. */
  readonly about: { readonly call: string; readonly client?: string }
}

export type Called =
  /** `status`: 2xx, or 304 where the caller sent `If-None-Match`. */
  | { readonly ok: true; readonly status: number; readonly headers: Headers; readonly body: Uint8Array }
  /** `status` is for the operator only. */
  | { readonly ok: false; readonly failure: CallFailure; readonly status?: number }

const fiveSeconds = 5_000

/**
 * Every outgoing request, under the one rule for callable addresses. No redirects, since one could lead anywhere; limited in
 * time and, if the answer is read, in size. Any 2xx is an answer. A failure is logged, never thrown.
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
    const isSame = response.status === 304 && headers?.['If-None-Match'] !== undefined
    if (!response.ok || longest === undefined) await response.body?.cancel()
    if (!response.ok && !isSame) return { ok: false, failure: 'answer', status: response.status }
    const read = isSame || longest === undefined ? new Uint8Array() : await readAtMost(response, longest)
    return read === undefined
      ? { ok: false, failure: 'answer', status: response.status }
      : { ok: true, status: response.status, headers: response.headers, body: read }
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
