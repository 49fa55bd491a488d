/** One line on the terminal that says how far the work is; without a terminal a line now and then. */
export class Progress {
  readonly #steps: number
  readonly #started = performance.now()
  #done = 0
  #saidAt = 0

  /** @param steps how often `step` will be called, in all */
  constructor(steps: number) {
    this.#steps = steps
  }

  step(what: string): void {
    const share = this.#done / this.#steps
    this.#done += 1
    const elapsed = (performance.now() - this.#started) / 1000
    const left = share > 0.02 ? `, ${clock(elapsed / share - elapsed)} left` : ''
    const line = `${String(Math.floor(share * 100)).padStart(3)} %  ${what}${left}`
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
    else if (elapsed - this.#saidAt > 10 || this.#saidAt === 0) {
      this.#saidAt = elapsed
      process.stderr.write(`${line}\n`)
    }
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
