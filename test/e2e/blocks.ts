import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../scripts/project.ts'

export const fences = /^( *)```(\w*)\n(.*?)^ *```$/gms

/** Blocks of one file that are programs, and the commands inside its sentences. */
export function programsOf(file: string): readonly string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const blocks = [...text.matchAll(fences)]
    .filter(([, , language = '']) => ['sh', 'ts', 'js'].includes(language))
    .map(([, indent = '', , block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
  const inline = [
    ...text.replaceAll(fences, '').matchAll(/`((?:[A-Z]+=\S+\s)?(?:npm|npx|node|git|openssl)\s[^`]+)`/g),
  ]
    .map(([, command = '']) => command.replaceAll(/\s+/g, ' '))
    .filter((command) => command !== 'npm run' && command !== 'npm run …')
  return [...blocks, ...inline]
}

/** Blocks in this language between the heading and the next one of the same rank. */
export function blocksOf(file: string, heading: string, language: string): readonly string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const rank = /^#+/.exec(heading)?.[0] ?? ''
  const start = `\n${text}`.indexOf(`\n${heading}\n`)
  assert.ok(start >= 0, `${file} has no “${heading}”`)
  const [section = ''] = text
    .slice(start + heading.length + 1)
    .split(new RegExp(`^#{1,${rank.length}} `, 'm'))
  return [...section.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)]
    .filter(([, , name]) => name === language)
    .map(([, indent = '', , block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
}

/** The block that contains this. */
export function only(blocks: readonly string[], part: string): string {
  const found = blocks.filter((block) => block.includes(part))
  assert.equal(found.length, 1, `${found.length} blocks hold ${part}`)
  return found[0] ?? ''
}
