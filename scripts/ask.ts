import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Checked } from '../src/rules/people/person.ts'
import { english } from '../src/ui/words/messages/index.ts'
import { problemText } from '../src/ui/words/problem-text.ts'
import { fail } from './failure.ts'

/** The result of checking an answer. */
export type Answer<T> = { readonly value: T } | { readonly problem: string }

/** A rule, with its problems in words. */
export function inEnglish<T>(check: (typed: string) => Checked<T>): (typed: string) => Answer<T> {
  return (typed) => {
    const checked = check(typed)
    return 'value' in checked ? checked : { problem: problemText('en', english.problems, checked.problem) }
  }
}

/** A person is at the terminal. */
export const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true

/** Asks until the answer is valid. */
export async function ask<T>(question: string, check: (typed: string) => Answer<T>): Promise<T> {
  for (;;) {
    const checked = check(await readLine(question, true))
    if ('value' in checked) return checked.value
    console.error(checked.problem)
  }
}

/** The input is hidden, so it is typed twice. */
export async function askHidden<T>(question: string, check: (typed: string) => Answer<T>): Promise<T> {
  for (;;) {
    const typed = await readLine(question, false)
    const checked = check(typed)
    if ('problem' in checked) console.error(checked.problem)
    else if ((await readLine('The same again: ', false)) === typed) return checked.value
    else console.error('The two do not match.')
  }
}

/** On the error stream, so that the output of the script can be piped. */
async function readLine(question: string, shown: boolean): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  if (!shown) process.stderr.write(question)
  // With its echo sent nowhere, the line editor still understands backspace.
  const lines = createInterface({
    input: process.stdin,
    output: shown ? process.stderr : nowhere,
    terminal: true,
  })
  const answer = await new Promise<string | undefined>((resolve) => {
    // Ctrl-C, Ctrl-D: neither answers the question.
    lines.on('SIGINT', () => resolve(undefined)).on('close', () => resolve(undefined))
    void lines.question(shown ? question : '').then(resolve)
  })
  lines.close()
  if (!shown || answer === undefined) process.stderr.write('\n')
  return answer ?? fail('Nothing was changed.')
}
