import { type CommonPasswords, parseCommonPasswords } from '../../rules/sign-in/common-passwords.ts'
import type { Context } from '../context.ts'
import { readStaticFile } from '../static-file.ts'

/** For a form with a new password. If they can't be read, the request fails before it does anything. */
export async function readCommonPasswords(c: Context): Promise<CommonPasswords> {
  // Deployed together with this code.
  return parseCommonPasswords((await readStaticFile(c, '/common-passwords.json')) as readonly string[])
}
