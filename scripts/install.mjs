// Installs the packages of package-lock.json if any is missing. It runs before the other npm scripts, so it needs nothing
// installed, and is plain JavaScript for the oldest supported Node (20).
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, realpathSync, rmSync, statfsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = path.join(fileURLToPath(import.meta.url), '..', '..')
const modules = path.join(root, 'node_modules')
const node = path.join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20)
  fail(`Latchkey needs Node 20 or newer, from https://nodejs.org; this is ${process.versions.node}.`)
if (!isInstalled()) install()
// The npm package `node` installs Node 24 by its install script, which npm's settings may prevent.
if (!existsSync(node) && (major < 22 || (major === 22 && minor < 18))) {
  fail(
    'npm did not run the install script of the package `node`: allow it in your npm settings, or use Node 24.',
  )
}

/**
 * Every package of the lock file, at its version. npm writes its own list when everything is in place, so after an interrupted
 * install there is none.
 */
function isInstalled() {
  const wanted = packagesOf(path.join(root, 'package-lock.json'))
  const found = packagesOf(path.join(modules, '.package-lock.json'))
  if (wanted === undefined)
    fail('package-lock.json is damaged: restore it with `git checkout package-lock.json`.')
  if (found === undefined) return false
  return Object.entries(wanted).every(([folder, entry]) => {
    if (folder === '' || isForAnotherMachine(entry)) return true
    const there = found[folder]
    // The optional ones without a platform are helpers that npm may leave out.
    if (there === undefined) return entry.optional === true && entry.os === undefined
    return there.integrity === entry.integrity && existsSync(path.join(root, folder, 'package.json'))
  })
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** The lock file has the binaries of all systems; for a Linux package only npm knows whether the C library fits. */
function isForAnotherMachine({ os, cpu, libc }) {
  return libc !== undefined || (os && !os.includes(process.platform)) || (cpu && !cpu.includes(process.arch))
}

function install() {
  checkNode()
  checkNpm()
  checkFolder()
  console.log('Installing the packages that Latchkey needs, once …')
  const started = Date.now()
  // Without a network an install requests each package in turn, for minutes; this fails at once.
  explain(npm('ping', '--loglevel=error', '--fetch-retries=1', '--fetch-retry-mintimeout=500').stderr)
  // As `npm ci` does: an incomplete package is not recognized.
  rmSync(modules, { recursive: true, force: true })
  // `npm ci` refuses a lock file that was created where the registry lacks the binaries of other systems. This accepts it, and
  // leaves it unchanged.
  const { status, stderr } = npm('install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error')
  if (status !== 0) {
    explain(stderr)
    process.stderr.write(stderr)
    fail('npm could not install the packages, for the reason above.')
  }
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`)
}

/** If node_modules/.bin comes first in the PATH of the shell, npm runs on a Node that the install removes. */
function checkNode() {
  const { npm_node_execpath: itsNode = process.execPath } = process.env
  if (!existsSync(modules) || !itsNode.startsWith(realpathSync(modules) + path.sep)) return
  fail(
    'npm runs on the Node in node_modules, which an install replaces: remove node_modules/.bin from your PATH, then try again.',
  )
}

function checkNpm() {
  const running = /^npm\/(\S+)/.exec(process.env.npm_config_user_agent ?? '')
  const version = running === null ? npm('--version').stdout : running[1]
  if (!version) fail('npm was not found: it comes with Node, from https://nodejs.org.')
  if (Number.parseInt(version, 10) < 10) {
    fail(`Latchkey needs npm 10 or newer; this is ${version.trim()}. Update it: npm install --global npm`)
  }
}

function checkFolder() {
  try {
    accessSync(root, constants.W_OK)
    if (existsSync(modules)) accessSync(modules, constants.W_OK)
  } catch (error) {
    failUnwritable(error.path)
  }
  const { bavail, bsize } = statfsSync(root)
  if (bavail * bsize < 700e6)
    fail(`The disk is full: the packages that Latchkey needs take 700 MB in ${root}.`)
}

/** The npm that runs this script, with the Node that runs that npm: an install replaces any other. */
function npm(...args) {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }
  const { npm_execpath: cli = '', npm_node_execpath: itsNode = process.execPath } = process.env
  return cli.endsWith('npm-cli.js')
    ? spawnSync(itsNode, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

/** npm's own output for a failure is long; failures not related to a package have one cause and one fix. */
function explain(stderr) {
  const code = /^npm (?:error|ERR!) code (\S+)$/m.exec(stderr)?.[1] ?? ''
  if (
    /^(ENOTFOUND|ECONN|E\w*TIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET|FETCH_ERROR)/.test(code)
  ) {
    fail(
      `The npm registry can't be reached (${code}): check the network, and the registry in your npm settings.`,
    )
  }
  if (/^(EACCES|EPERM|EROFS)$/.test(code)) failUnwritable(/^npm \S+ path (.+)$/m.exec(stderr)?.[1])
}

function failUnwritable(what = root) {
  fail(`${what} can't be written: run this as its owner, or move it where you may write.`)
}

function fail(line) {
  console.error(line)
  process.exit(1)
}
