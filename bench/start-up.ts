import { Connection } from './driver/connection.ts'
import { Inspector, selfTimes } from './servers/inspector.ts'
import { type Build, startWorker } from './servers/workers.ts'
import { median } from './statistics.ts'

export interface StartUp {
  /** Milliseconds of the script itself: its modules, before any request. */
  readonly script: number
  /** Milliseconds of the first page after that: work that is delayed until the first request. */
  readonly firstPage: number
}

/** The maximum time of the script, in milliseconds. */
export const startUpTarget = 10

/**
 * Profiles fresh isolates, as `wrangler check startup` does: the Worker's script is only imported when the first request asks
 * for it, with the profiler running.
 */
export async function measureStartUp(
  build: Build,
  settings: Parameters<typeof startWorker>[1],
  times: number,
): Promise<StartUp> {
  const entry = `
    const load = () => import('./${build.bundle.main}')
    export default {
      async fetch(request, env, ctx) {
        const { default: worker } = await load()
        return request.url.endsWith('/load') ? new Response('loaded') : worker.fetch(request, env, ctx)
      },
    }`
  const measured: StartUp[] = []
  for (let i = 0; i < times; i++) {
    const worker = await startWorker(build, { ...settings, entry, inspected: true })
    try {
      measured.push(await profileStart(worker.port, worker.inspectorUrl))
    } finally {
      await worker.stop()
    }
  }
  return {
    script: median(measured.map(({ script }) => script)),
    firstPage: median(measured.map(({ firstPage }) => firstPage)),
  }
}

async function profileStart(port: number, inspectorUrl: URL | undefined): Promise<StartUp> {
  if (inspectorUrl === undefined) throw new Error('The Worker was started without its inspector')
  const inspector = await Inspector.open(inspectorUrl)
  const connection = new Connection(port)
  const spent = async (path: string) => {
    const profile = await inspector.profile(
      () => connection.request('GET', path, { Accept: 'text/html' }),
      100,
    )
    return [...selfTimes(profile).values()].reduce((sum, time) => sum + time / 1000, 0)
  }
  const answer = { script: await spent('/load'), firstPage: await spent('/login') }
  connection.close()
  inspector.close()
  return answer
}
