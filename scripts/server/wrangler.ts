import { spawn } from 'node:child_process'
import path from 'node:path'
import { root } from '../project.ts'
import { Quiet } from './quiet.ts'

const cli = path.join(root, 'node_modules/wrangler/bin/wrangler.js')

/**
 * Runs `wrangler dev` until it ends, or this process is stopped, which counts as success. Its output is shown if it is
 * important; the result of `onReady`, called once it is ready, is printed last.
 */
export function startWrangler(
  args: readonly string[],
  isVerbose: boolean,
  onReady: (port: number) => Promise<string>,
): void {
  // The interactive session redraws the last lines of the terminal, and would overwrite ours.
  const wrangler = spawn(process.execPath, [cli, ...args, '--show-interactive-dev-session=false'], {
    cwd: root,
    stdio: ['ignore', isVerbose ? 'inherit' : 'pipe', isVerbose ? 'inherit' : 'pipe', 'ipc'],
    env: {
      ...process.env,
      LATCHKEY_PREPARED: 'true',
      WRANGLER_SEND_METRICS: 'false',
      // With its banner wrangler checks npm's registry for its newest version.
      WRANGLER_HIDE_BANNER: 'true',
      // Local traces contain whole URLs, and so codes.
      X_LOCAL_OBSERVABILITY: 'false',
      // It would make the database accessible to every program on the machine.
      X_LOCAL_EXPLORER: 'false',
      // A location look-up over the network: nothing here needs it, and offline it fails with a long warning.
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
  })

  const quiet = new Quiet()
  if (wrangler.stdout !== null) quiet.pass(wrangler.stdout, process.stdout)
  if (wrangler.stderr !== null) quiet.pass(wrangler.stderr, process.stderr)

  // Wrangler stops its runtime and its bundler when asked to stop, so it is asked, and waited for.
  let stopping = false
  function stop() {
    // Ctrl-C arrives twice: from the terminal, and from npm, which passes it on.
    if (stopping) return
    stopping = true
    wrangler.kill('SIGTERM')
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // npm passes a signal to the shell that started us, which dies from it without passing it on.
  const shell = process.ppid
  setInterval(() => {
    if (process.ppid !== shell) stop()
  }, 500)

  wrangler.on('close', (code) => {
    if (!stopping) quiet.tellAll(process.stderr)
    process.exit(stopping ? 0 : (code ?? 1))
  })
  wrangler.on('message', async (message) => {
    const { event, port } = JSON.parse(String(message)) as { event: string; port: number }
    if (event !== 'DEV_SERVER_READY') return
    const said = await onReady(port)
    quiet.started()
    console.log(said)
  })
}
