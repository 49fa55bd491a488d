import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

const modules = path.join(import.meta.dirname, '../../node_modules')

/**
 * A real Chromium: the one at CHROMIUM_PATH, or the one from the npm registry, which is for Linux on x64; elsewhere the
 * installed Chrome. One that can't start is an error, never a reason to skip a test.
 */
export async function startChromium(): Promise<Browser> {
  try {
    return await chromium.launch(await launchOptions())
  } catch (error) {
    const advice = 'Chromium does not start. Set CHROMIUM_PATH to one that does, like /usr/bin/chromium.'
    throw new Error(advice, { cause: error })
  }
}

async function launchOptions(): Promise<LaunchOptions> {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH) return { executablePath: CHROMIUM_PATH }
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' }
  const { default: packaged } = await import('@sparticuz/chromium')
  const folder = await unpack(() => packaged.executablePath())
  return {
    executablePath: path.join(folder, 'chromium'),
    // It is packaged for another environment: these two flags turn off checks that the tests need, and site isolation.
    args: packaged.args.filter((flag) => !['--disable-web-security', '--single-process'].includes(flag)),
    env: { ...process.env, FONTCONFIG_FILE: writeFontSettings(folder) },
  }
}

/** Once per version, and atomically: test files that run at the same time, or that were interrupted, never see half of it. */
async function unpack(unpackToTemporary: () => Promise<string>): Promise<string> {
  const { version } = JSON.parse(readFileSync(path.join(modules, '@sparticuz/chromium/package.json'), 'utf8'))
  const folder = path.join(modules, '.cache', `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(path.dirname(folder), { recursive: true })
  const made = mkdtempSync(`${folder}-`)
  const { TMPDIR } = process.env
  process.env.TMPDIR = made
  await unpackToTemporary()
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
  try {
    renameSync(made, folder)
  } catch (error) {
    rmSync(made, { recursive: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** On a machine without fonts no text has a width, and nothing could overflow. */
function writeFontSettings(folder: string): string {
  const file = path.join(folder, 'fonts.conf')
  writeFileSync(
    file,
    `<fontconfig>
      <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
      <dir>${path.join(folder, 'fonts')}</dir>
      <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
    </fontconfig>`,
  )
  return file
}
