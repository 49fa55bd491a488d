import type { Context } from './context.ts'

/** Files read by this isolate, by path. */
const files = new Map<string, unknown>()

/** A JSON file of public/, deployed together with this code: rarely needed data is not bundled into the Worker. */
export async function readStaticFile(c: Context, path: string): Promise<unknown> {
  const known = files.get(path)
  if (known !== undefined) return known
  const response = await c.env.ASSETS.fetch(new URL(path, c.req.url))
  if (!response.ok) throw new Error(`${path} can't be read: status ${response.status}`)
  const file: unknown = await response.json()
  files.set(path, file)
  return file
}
