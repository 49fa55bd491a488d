import path from 'node:path'
import { bundleWorker } from '../../scripts/bundle.ts'
import { root } from '../../scripts/project.ts'
import type { Build } from './workers.ts'

/** Every Worker as a deployment would upload it; two of them a second time, with counting. */
export interface Builds {
  readonly floor: Build
  readonly ruler: Build
  readonly latchkey: Build
  readonly countingRuler: Build
  readonly countingLatchkey: Build
  /** Only the D1 round trips of pages, on Latchkey's database. */
  readonly replay: Build
}

/** @param folder receives each build in a folder of its own */
export async function buildAll(folder: string): Promise<Builds> {
  const here = (name: string) => path.join(root, 'bench', name)
  const build = async (config: string, name: string, ...args: readonly string[]): Promise<Build> => ({
    config,
    bundle: await bundleWorker(config, path.join(folder, name), args),
  })
  const counting = (config: string, name: string, main: string) =>
    build(config, name, here('counting/worker.ts'), '--alias', `counted-worker:${main}`)
  const [floorConfig, rulerConfig] = [here('floor/wrangler.toml'), here('ruler/wrangler.toml')]
  const latchkeyConfig = path.join(root, 'wrangler.toml')
  const [floor, ruler, latchkey, countingRuler, countingLatchkey, replay] = await Promise.all([
    build(floorConfig, 'floor'),
    build(rulerConfig, 'ruler'),
    build(latchkeyConfig, 'latchkey'),
    counting(rulerConfig, 'counting-ruler', here('ruler/worker.ts')),
    counting(latchkeyConfig, 'counting-latchkey', path.join(root, 'src/index.ts')),
    build(latchkeyConfig, 'replay', here('replay/worker.ts')),
  ])
  return { floor, ruler, latchkey, countingRuler, countingLatchkey, replay }
}
