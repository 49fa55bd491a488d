// `npm run docs:config`: writes the reference page of the settings.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { adminTexts } from './admin-texts.ts'
import { configurationPage } from './configuration-page.ts'
import { root } from './project.ts'

const name = 'docs/configuration.md'
writeFileSync(path.join(root, name), configurationPage(adminTexts.settings))
console.log(`Written: ${name}`)
