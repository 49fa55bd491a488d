import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { DevProject } from '../scripts/dev-project.ts'
import { Visitor } from '../scripts/visitor.ts'
import { type Built, build, type LanguageName, lackOf } from './languages.ts'

/**
 * `npm run test:clients`: client libraries of other languages, unmodified, each through one whole flow with the real Worker. A
 * language that this machine lacks is skipped, with the reason.
 */

const project = new DevProject()
const person = new Visitor(() => project.origin)
/** Nobody listens there: the person's browser is a `Visitor`, who reads the redirect address. */
const redirectUri = 'http://127.0.0.1:33419/callback'

before(async () => {
  assert.equal(project.run('createsuperuser', ['--username', 'ada']).status, 0)
  await project.start()
  await person.signIn('ada')
})
after(() => project.remove())

type Grant = 'authorization-code' | 'client-credentials' | 'device-code'

/** The clients of each language, and how their application is registered. A device is a public one. */
const clients: Readonly<Record<LanguageName, Readonly<Record<string, Grant>>>> = {
  go: {
    'x-oauth2': 'authorization-code',
    'x-oauth2-device': 'device-code',
    'cli-oauth': 'device-code',
  },
  rust: {
    openidconnect: 'authorization-code',
    'oauth2-device': 'device-code',
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
    })
    for (const [name, grant] of Object.entries(names)) {
      it(name, { timeout: 120_000 }, () => run(built, name, grant))
    }
  })
}

/** Starts the program of a client, and plays the person. */
async function run({ folder, start }: Built, name: string, grant: Grant): Promise<void> {
  const type = grant === 'device-code' ? 'public' : 'confidential'
  const application = await person.register(grant === 'authorization-code' ? redirectUri : '', grant, type)
  const [command = '', ...args] = start
  const child = spawn(command, [...args, name], {
    cwd: folder,
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
    if (word === 'visit') child.stdin.write(`${await consent(url)}\n`)
    if (word === 'device') await approve(url)
  }
  const [status] = await ended
  assert.equal(status, 0, said.join(''))
  assert.equal(said.at(-1), 'done\n', said.join(''))
}

/** Returns the address of the callback. */
async function consent(url: string): Promise<string> {
  let answer = await person.request(url)
  if (answer.status === 200) answer = await person.submit(answer, { decision: 'authorize' })
  const location = answer.headers.get('location') ?? ''
  assert.ok(location.startsWith(redirectUri), `${answer.status} ${location}`)
  return location
}

async function approve(url: string): Promise<void> {
  const user_code = new URL(url).searchParams.get('user_code') ?? ''
  const asked = await person.submit(await person.request(url), { user_code })
  assert.equal((await person.submit(asked, { decision: 'authorize' })).status, 303)
}
