// `npm run docs:config`: writes the reference page of the settings.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './project.ts'
import { adminTexts } from './texts/admin.ts'
import { configurationPage } from './texts/configuration-page.ts'

const name = 'docs/configuration.md'
writeFileSync(path.join(root, name), configurationPage(adminTexts.settings))
console.log(`Written: ${name}`)
