import type { Context } from './context.ts'

/** Files read by this isolate, by path. */
const files = new Map<string, unknown>()

/** Reads a JSON file of public/ by its path. */
export type ReadFile = (path: string) => Promise<unknown>

/** A JSON file of public/, deployed together with this code: rarely needed data is not bundled into the Worker. */
export function readStaticFile(c: Context, path: string): Promise<unknown> {
  return fileReader(c.env.ASSETS, c.req.url)(path)
}

/** The same file, if this isolate has read it: then nobody has to wait. */
export function knownFile(path: string): unknown {
  return files.get(path)
}

/** `base`: any URL of this server. */
export function fileReader(assets: Fetcher, base: string): ReadFile {
  return async (path) => {
    const known = files.get(path)
    if (known !== undefined) return known
    const response = await assets.fetch(new URL(path, base))
    if (!response.ok) throw new Error(`${path} can't be read: status ${response.status}`)
    const file: unknown = await response.json()
    files.set(path, file)
    return file
  }
}
