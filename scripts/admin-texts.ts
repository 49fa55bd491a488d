import { readFileSync } from 'node:fs'
import path from 'node:path'
import type admin from '../public/messages/admin/en.json'
import type problems from '../public/messages/problems/en.json'
import { root } from './project.ts'

const textsOf = (area: string) =>
  JSON.parse(readFileSync(path.join(root, `public/messages/${area}/en.json`), 'utf8'))

/** What the pages of administrators say, in English: some of it is said on terminals too. */
export const adminTexts: typeof admin = textsOf('admin')

/** What is wrong with a line of the form of an application. */
export const problemTexts: typeof problems = textsOf('problems')
