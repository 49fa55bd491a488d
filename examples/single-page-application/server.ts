// `npm run example:spa`: serves the page, the library and the settings. Nothing of OAuth happens here.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'

const { ISSUER = 'http://localhost:8000', API = 'http://localhost:8002/api/hello' } = process.env
const { PORT = '8003', CLIENT_ID } = process.env
if (!CLIENT_ID) {
  console.error('CLIENT_ID is missing: see examples/single-page-application/README.md')
  process.exit(1)
}

const library = path.dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json'))
const here = (name: string) => readFileSync(path.join(import.meta.dirname, name), 'utf8')
const page = ['text/html; charset=utf-8', here('index.html')] as const
const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '/': page,
  '/callback': page,
  '/app.js': ['text/javascript', here('app.js')],
  '/oidc-client-ts.js': [
    'text/javascript',
    readFileSync(path.join(library, 'dist/browser/oidc-client-ts.min.js'), 'utf8'),
  ],
  '/settings.json': ['application/json', JSON.stringify({ issuer: ISSUER, clientId: CLIENT_ID, api: API })],
}

createServer(({ url = '/' }, response) => {
  const [type, body] = files[url.replace(/\?.*/s, '')] ?? ['text/plain', undefined]
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body ?? 'Not here\n')
}).listen(Number(PORT), '127.0.0.1', () => {
  console.log(`\n  Single-page application   http://localhost:${PORT}\n`)
})
