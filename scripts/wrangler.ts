import { spawn } from 'node:child_process'
import path from 'node:path'
import { root } from './project.ts'
import { Quiet } from './quiet.ts'

const cli = path.join(root, 'node_modules/wrangler/bin/wrangler.js')

/**
 * Runs `wrangler dev` until it ends, or somebody stops this process; that is a good end. What it says is
 * shown where it is news; what `onReady` answers, once it is ready, is the last on the screen.
 */
export function startWrangler(
  args: readonly string[],
  isVerbose: boolean,
  onReady: (port: number) => Promise<string>,
): void {
  // The interactive session redraws the last lines of the terminal, and would take ours with it.
  const wrangler = spawn(process.execPath, [cli, ...args, '--show-interactive-dev-session=false'], {
    cwd: root,
    stdio: ['ignore', isVerbose ? 'inherit' : 'pipe', isVerbose ? 'inherit' : 'pipe', 'ipc'],
    env: {
      ...process.env,
      LATCHKEY_PREPARED: 'true',
      WRANGLER_SEND_METRICS: 'false',
      // With its banner wrangler asks npm's registry for its newest version.
      WRANGLER_HIDE_BANNER: 'true',
      // Local traces hold whole URLs, and so codes.
      X_LOCAL_OBSERVABILITY: 'false',
      // It would serve the database to every program of the machine.
      X_LOCAL_EXPLORER: 'false',
      // Where this machine is, asked of the network: nothing here needs it, and offline it fails with a long warning.
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
  })

  const quiet = new Quiet()
  if (wrangler.stdout !== null) quiet.pass(wrangler.stdout, process.stdout)
  if (wrangler.stderr !== null) quiet.pass(wrangler.stderr, process.stderr)

  // Wrangler ends its runtime and its bundler when it is asked to end, so it is asked, and waited for.
  let stopping = false
  function stop() {
    // Ctrl-C comes twice: from the terminal, and from npm, which passes it on.
    if (stopping) return
    stopping = true
    wrangler.kill('SIGTERM')
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // npm passes a signal to the shell that it started us with, which dies of it and tells nobody.
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
