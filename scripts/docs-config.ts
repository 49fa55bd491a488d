// `npm run docs:config`: writes the reference page of the settings, and what the page of an administrator says of each.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { configurationPage, settingsFile } from './configuration-page.ts'
import { root } from './project.ts'

const files = { 'docs/configuration.md': configurationPage(), 'public/settings.json': settingsFile() }
for (const [name, text] of Object.entries(files)) {
  writeFileSync(path.join(root, name), text)
  console.log(`Written: ${name}`)
}
