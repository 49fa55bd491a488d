import { root } from './project.ts'

/** Ends the script with one line that names the problem and what to do about it. */
export function fail(line: string): never {
  console.error(line)
  process.exit(1)
}

/** For options that can't be read, and for `--help`. `error`: of `parseArgs`, whose further sentences are about the shell. */
export function failUsage(error: unknown, usage: string): never {
  if (process.argv.includes('--help')) {
    console.log(`Like this: ${usage}`)
    process.exit(0)
  }
  const [first] = String(error instanceof Error ? error.message : error).split('. ')
  fail(`${first}. Like this: ${usage}`)
}

/** For full disks, and folders of another user. Anything else is a bug, and is rethrown. */
export function failFor(error: unknown): never {
  const { code = '', path = root } = error as NodeJS.ErrnoException
  if (['ENOSPC', 'EDQUOT'].includes(code)) fail(`The disk is full: ${path} can't be written.`)
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    fail(`${path} can't be written: run this as its owner, or move it where you may write.`)
  }
  throw error
}
