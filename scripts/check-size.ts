// Part of `npm run check`: the Worker that a deployment would upload, with all its pages, stays below the size limit for the
// free plan and a quick start.
import { statSync } from 'node:fs'
import path from 'node:path'
import { bundleWorker } from './bundle.ts'
import { fail } from './failure.ts'
import { root } from './project.ts'
import { temporaryFolder } from './temporary-folder.ts'

// The platform allows 3 MiB. What a larger script costs people is its start-up, which `npm run bench` measures against a limit of
// its own, 10 ms. docs/decisions.md says what moved this limit.
const limit = 320 * 1024

/** Every page waits for it. Bytes, as it is served before compression. */
const stylesheetLimit = 16 * 1024

const { gzipped } = await bundleWorker(path.join(root, 'wrangler.toml'), temporaryFolder('size'))
const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`
if (gzipped > limit) fail(`The Worker is ${kib(gzipped)} gzipped; at most ${kib(limit)} are allowed.`)
const { size } = statSync(path.join(root, 'public/latchkey.css'))
if (size > stylesheetLimit) fail(`The stylesheet has ${size} bytes; at most ${stylesheetLimit} are allowed.`)
console.log(`The Worker is ${kib(gzipped)} gzipped, of at most ${kib(limit)}.`)
