// The last step of `npm run build -w packages/protect`: dist/ is published, and this is its package.json.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const folder = path.join(import.meta.dirname, '..')
const {
  private: _,
  scripts: __,
  exports: sources,
  ...manifest
} = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
const exports = Object.fromEntries(
  Object.entries<string>(sources).map(([name, source]) => {
    const built = source.replace('/src/', '/').replace(/\.ts$/, '')
    return [name, { types: `${built}.d.ts`, default: `${built}.js` }]
  }),
)
writeFileSync(
  path.join(folder, 'dist/package.json'),
  `${JSON.stringify({ ...manifest, exports }, null, 2)}\n`,
)
copyFileSync(path.join(folder, 'README.md'), path.join(folder, 'dist/README.md'))
