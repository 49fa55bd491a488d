// Runs the cases without vitest: on Node 20, Bun and Deno, compiled or as source.
import process from 'node:process'
import { groups } from './cases/index.ts'
import { cases as node } from './cases/node.ts'

const failed: string[] = []
let passed = 0
for (const [group, cases] of Object.entries({ ...groups, node })) {
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run()
      passed += 1
    } catch (error) {
      failed.push(`${group}: ${name}\n${error instanceof Error ? error.stack : error}`)
    }
  }
}
for (const one of failed) console.error(one)
console.log(`${passed} passed, ${failed.length} failed`)
process.exit(failed.length === 0 && passed > 0 ? 0 : 1)
