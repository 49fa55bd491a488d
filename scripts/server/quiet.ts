import type { Readable, Writable } from 'node:stream'

/** Wrangler's log line of a request: the Worker logs it itself, with its route and its reference. */
const requestLine = /^\[wrangler:info\] [A-Z]+ \S+ \d{3} /
/** Irrelevant hints. */
const hints = [
  /Scheduled Workers are not automatically triggered/,
  /^\s*To manually trigger a scheduled event/,
  /cdn-cgi\/local\/scheduled/,
  /cron-triggers\/#test-cron-triggers-locally/,
]

/** Passes on important output: all lines once there is an error, and otherwise everything after the start. */
export class Quiet {
  #held: string[] = []
  #isStarted = false

  /** From now on lines are shown as they arrive. The held back ones were about a successful start. */
  started(): void {
    this.#isStarted = true
    this.#held = []
  }

  /** It ended before it was ready: the held back lines say why. */
  tellAll(to: Writable): void {
    to.write(this.#held.join(''))
    this.#held = []
  }

  pass(from: Readable, to: Writable): void {
    let rest = ''
    from.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split(/(?<=\n)/)
      rest = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '')
      for (const line of lines) this.#take(line, to)
    })
    from.on('end', () => this.#take(rest, to))
  }

  #take(line: string, to: Writable): void {
    if (!this.#isStarted) this.#held.push(line)
    else if (isNews(line)) to.write(line)
  }
}

export function isNews(line: string): boolean {
  // Colour codes are between the words.
  const plain = line.replaceAll(/\p{Cc}\[[\d;]*m/gu, '')
  return plain.trim() !== '' && !requestLine.test(plain) && !hints.some((hint) => hint.test(plain))
}
