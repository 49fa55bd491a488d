/** One line on the terminal with the progress; without a terminal a line now and then. */
export class Progress {
  readonly #total: number
  readonly #started = performance.now()
  #begun = 0
  #saidAt = 0

  /** @param total expected milliseconds of all steps together */
  constructor(total: number) {
    this.#total = total
  }

  /** @param expected expected milliseconds of the step that starts now */
  step(what: string, expected: number): void {
    const share = Math.min(1, this.#begun / this.#total)
    this.#begun += expected
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
