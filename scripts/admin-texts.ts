import { readFileSync } from 'node:fs'
import path from 'node:path'
import type admin from '../public/messages/admin/en.json'
import { root } from './project.ts'

/** What the pages of administrators say, in English: some of it is said on terminals too. */
export const adminTexts: typeof admin = JSON.parse(
  readFileSync(path.join(root, 'public/messages/admin/en.json'), 'utf8'),
)
