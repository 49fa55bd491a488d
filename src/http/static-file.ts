import type { Context } from './context.ts'

/** What this isolate has read, by its path. */
const files = new Map<string, unknown>()

/** A JSON file of public/, which was deployed together with this code: what is only now and then needed is not carried by the Worker. */
export async function readStaticFile(c: Context, path: string): Promise<unknown> {
  const known = files.get(path)
  if (known !== undefined) return known
  const response = await c.env.ASSETS.fetch(new URL(path, c.req.url))
  if (!response.ok) throw new Error(`${path} can't be read: status ${response.status}`)
  const file: unknown = await response.json()
  files.set(path, file)
  return file
}
