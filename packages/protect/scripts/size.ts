// `npm run size -w packages/protect`: bytes of each bundled entry, gzipped, with jose and without.
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface Size {
  readonly entry: string
  /** Bytes, gzipped. */
  readonly withJose: number
  readonly own: number
}

export async function sizes(): Promise<readonly Size[]> {
  return Promise.all(
    ['index', 'hono', 'node'].map(async (entry) => ({
      entry,
      withJose: await bytes(entry, []),
      own: await bytes(entry, ['jose']),
    })),
  )
}

async function bytes(entry: string, external: string[]): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, `../src/${entry}.ts`)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    write: false,
    external,
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild wrote nothing')
  return gzipSync(file.contents).length
}

if (import.meta.main) {
  for (const { entry, withJose, own } of await sizes())
    console.log(`${entry}: ${own} bytes, with jose ${withJose}`)
}
