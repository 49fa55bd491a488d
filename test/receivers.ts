import { vi } from 'vitest'

/** A received logout token, and its address. */
export interface Received {
  readonly url: string
  readonly token: string
  readonly init: RequestInit
}

/** Represents every application that the server calls: records requests, and answers. Undone by `vi.restoreAllMocks()`. */
export function receiveLogouts(
  answer: (received: Received) => Response | Promise<Response> = () => new Response(),
): Received[] {
  const all: Received[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input)
    const body = init.body instanceof URLSearchParams ? init.body : new URLSearchParams()
    const received = { url, token: body.get('logout_token') ?? '', init }
    all.push(received)
    return answer(received)
  })
  return all
}
