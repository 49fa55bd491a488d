import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  /** By lower-case name; the last one of a repeated header. */
  readonly headers: Readonly<Record<string, string>>
  readonly setCookies: readonly string[]
  readonly body: string
  /** Bytes on the wire, head and body. */
  readonly bytes: number
}

interface Pending {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

const timeout = 20_000
const endOfHead = Buffer.from('\r\n\r\n')
const endOfLine = Buffer.from('\r\n')

/**
 * HTTP/1.1 on one open socket, one request at a time, to this machine only. It does as little as possible, so that the driver
 * does not take CPU time from the servers.
 */
export class Connection {
  requests = 0
  readonly #port: number
  #socket: Socket | undefined
  #received: Buffer = Buffer.alloc(0)
  #pending: Pending | undefined

  constructor(port: number) {
    this.#port = port
  }

  request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer> {
    if (this.#pending !== undefined) throw new Error('A request is already on its way')
    const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${this.#port}`]
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
    if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
    this.requests += 1
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new Error(`${method} ${path} was not answered`)), timeout)
      this.#pending = { resolve, reject, timer }
      this.#open().write(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
    })
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #open(): Socket {
    if (this.#socket !== undefined) return this.#socket
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true })
    this.#received = Buffer.alloc(0)
    socket.on('data', (data) => this.#receive(data))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => {
      if (this.#socket === socket) this.#fail(new Error('The Worker closed the connection'))
    })
    this.#socket = socket
    return socket
  }

  #fail(error: Error): void {
    const pending = this.#pending
    this.#pending = undefined
    this.close()
    clearTimeout(pending?.timer)
    pending?.reject(error)
  }

  #receive(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data])
    const pending = this.#pending
    const answer = parseAnswer(this.#received)
    if (answer === undefined || pending === undefined) return
    this.#received = Buffer.alloc(0)
    this.#pending = undefined
    clearTimeout(pending.timer)
    pending.resolve(answer)
  }
}

/** Undefined until it is complete. workerd sends a length, or chunks. */
export function parseAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf(endOfHead)
  if (end < 0) return undefined
  const [first = '', ...lines] = received.toString('latin1', 0, end).split('\r\n')
  const fields = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const headers = Object.fromEntries(fields)
  const status = Number(first.split(' ')[1])
  const rest = received.subarray(end + endOfHead.length)
  const body = bodyOf(status, headers, rest)
  if (body === undefined) return undefined
  const setCookies = fields.flatMap(([name, value]) => (name === 'set-cookie' ? [value] : []))
  return { status, headers, setCookies, body: body.toString(), bytes: received.length }
}

function bodyOf(status: number, headers: Readonly<Record<string, string>>, rest: Buffer): Buffer | undefined {
  if (status === 204 || status === 304) return rest.subarray(0, 0)
  if (headers['transfer-encoding'] === 'chunked') return joinChunks(rest)
  const length = Number(headers['content-length'] ?? 0)
  return rest.length < length ? undefined : rest.subarray(0, length)
}

function joinChunks(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  let at = 0
  while (true) {
    const line = rest.indexOf(endOfLine, at)
    if (line < 0) return undefined
    const start = line + endOfLine.length
    const size = Number.parseInt(rest.toString('latin1', at, line), 16)
    if (rest.length < start + size + endOfLine.length) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(start, start + size))
    at = start + size + endOfLine.length
  }
}
