import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { freePort } from '../e2e/elsewhere.ts'
import { DevProject } from '../scripts/dev-project.ts'
import { Visitor } from '../scripts/visitor.ts'
import { type Built, build, type LanguageName, lackOf } from './languages.ts'
import { approve, consent } from './person.ts'

/**
 * `npm run test:clients`: client libraries of other languages, unmodified, each through one whole flow with the real Worker. A
 * language that this machine lacks is skipped, with the reason.
 */

const project = new DevProject()
let person: Visitor

before(async () => {
  appendFileSync(project.at('.dev.vars'), 'REGISTRATION=open\n')
  assert.equal(project.run('createsuperuser', ['--username', 'ada']).status, 0)
  await project.start()
})
after(() => project.remove())

type Grant = 'authorization-code' | 'public authorization-code' | 'client-credentials' | 'public device-code'

/** The clients of each language, and how their application is registered. */
const clients: Readonly<
  Record<Exclude<LanguageName, 'javascript' | 'spring'>, Readonly<Record<string, Grant>>>
> = {
  go: {
    'x-oauth2': 'authorization-code',
    'x-oauth2-device': 'public device-code',
    'cli-oauth': 'public device-code',
  },
  rust: {
    openidconnect: 'authorization-code',
    'oauth2-device': 'public device-code',
  },
  java: {
    nimbus: 'authorization-code',
    'kafka-clients': 'client-credentials',
  },
  'oidc-agent': {
    code: 'public authorization-code',
    device: 'public device-code',
    // It registers itself.
    registration: 'authorization-code',
  },
  python: {
    authlib: 'authorization-code',
    'requests-oauthlib': 'authorization-code',
    librdkafka: 'client-credentials',
  },
}

for (const [language, names] of Object.entries(clients) as [
  LanguageName,
  Readonly<Record<string, Grant>>,
][]) {
  const skip = lackOf(language) ?? false
  describe(language, { skip }, () => {
    let built: Built
    before(async () => {
      built = await build(language)
      // Only now: an application is registered soon after a sign-in.
      person = new Visitor(() => project.origin)
      await person.signIn('ada')
    })
    for (const [name, grant] of Object.entries(names)) {
      it(name, { timeout: 120_000 }, ({ signal }) => run(built, name, grant, signal))
    }
  })
}

/** Starts the program of a client, and plays the person. */
async function run({ folder, start }: Built, name: string, grant: Grant, signal: AbortSignal): Promise<void> {
  const isPublic = grant.startsWith('public ')
  const grantType = grant.replace('public ', '')
  // The program may listen there. Otherwise nobody does: the person is a `Visitor`, who reads the redirect address.
  const redirectUri = `http://localhost:${await freePort()}/callback`
  const application = await person.register(
    grantType === 'authorization-code' ? redirectUri : '',
    grantType,
    isPublic ? 'public' : 'confidential',
  )
  const [command = '', ...args] = start
  const child = spawn(command, [...args, name], {
    cwd: folder,
    signal,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ISSUER: project.origin,
      CLIENT_ID: application.id,
      CLIENT_SECRET: application.secret,
      REDIRECT_URI: redirectUri,
      PERSON: 'ada',
    },
  })
  const ended = once(child, 'close')
  const said: string[] = []
  child.stderr.on('data', (data) => said.push(String(data)))
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(`${line}\n`)
    const [word, url = ''] = line.split(' ')
    if (word === 'visit') child.stdin.write(`${await consent(person, url)}\n`)
    if (word === 'device') await approve(person, url)
  }
  const [status] = await ended
  assert.equal(status, 0, said.join(''))
  assert.equal(said.at(-1), 'done\n', said.join(''))
}
