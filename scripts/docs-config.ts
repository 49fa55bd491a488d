// `npm run docs:config`: writes the reference page of the settings.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { configurationPage } from './configuration-page.ts'
import { root } from './project.ts'

const file = path.join(root, 'docs', 'configuration.md')
mkdirSync(path.dirname(file), { recursive: true })
writeFileSync(file, configurationPage())
console.log(`Written: ${file}`)
