import type { Readable, Writable } from 'node:stream'

/** What wrangler says of each request, which the Worker logs itself, with its route and its reference. */
const requestLine = /^\[wrangler:info\] [A-Z]+ \S+ \d{3} /
/** Hints that mean nothing here. */
const hints = [
  /Scheduled Workers are not automatically triggered/,
  /^\s*To manually trigger a scheduled event/,
  /cdn-cgi\/local\/scheduled/,
  /cron-triggers\/#test-cron-triggers-locally/,
]

/** Lets through what somebody has to know: all lines once there is an error, and otherwise what comes after the start. */
export class Quiet {
  #held: string[] = []
  #isStarted = false

  /** From now on lines are shown as they come. What was held back was about the start, which went well. */
  started(): void {
    this.#isStarted = true
    this.#held = []
  }

  /** It ended before it was ready: what was held back says why. */
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
  // Colours come between the words.
  const plain = line.replaceAll(/\p{Cc}\[[\d;]*m/gu, '')
  return plain.trim() !== '' && !requestLine.test(plain) && !hints.some((hint) => hint.test(plain))
}
