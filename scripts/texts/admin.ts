import { readFileSync } from 'node:fs'
import path from 'node:path'
import type admin from '../../public/messages/admin/en.json'
import type problems from '../../public/messages/problems/en.json'
import { root } from '../project.ts'

const textsOf = (area: string) =>
  JSON.parse(readFileSync(path.join(root, `public/messages/${area}/en.json`), 'utf8'))

/** The English texts of the administration: terminals use some of them too. */
export const adminTexts: typeof admin = textsOf('admin')

/** Problems of a line in the form of an application. */
export const problemTexts: typeof problems = textsOf('problems')
