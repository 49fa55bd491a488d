import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../scripts/project.ts'
import type { Lane, Service } from '../driver/lane.ts'
import type { RunningWorker } from './workers.ts'

const hash = (text: string) => createHash('sha256').update(text).digest('base64url')

/** One client, and a session and a consent for each lane. */
export async function arrangeRuler({ port, pid, database }: RunningWorker): Promise<Service> {
  const db = await database()
  const statements = readFileSync(path.join(root, 'bench/ruler/schema.sql'), 'utf8')
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .filter((text) => text.trim() !== '')
  const client = {
    id: 'app',
    secret: 'secret',
    redirectUri: 'https://app.example/callback',
    scope: 'openid profile offline_access',
  }
  const insert = db.prepare('INSERT INTO clients VALUES (?, ?, ?)')
  await db.batch([
    ...statements.map((text) => db.prepare(text)),
    insert.bind(client.id, hash(client.secret), client.redirectUri),
  ])
  return {
    name: 'ruler',
    port,
    pid,
    paths: {
      authorize: '/o/authorize',
      token: '/o/token',
      introspect: '/o/introspect',
      userinfo: '/o/userinfo',
      discovery: '/.well-known/openid-configuration',
      jwks: '/.well-known/jwks.json',
    },
    client,
    machine: { ...client, scope: 'read' },
    async signIn(lane: Lane) {
      const [user, session] = [randomBytes(16).toString('hex'), randomBytes(32).toString('base64url')]
      await db.batch([
        db.prepare('INSERT INTO sessions VALUES (?, ?)').bind(hash(session), user),
        db.prepare('INSERT INTO consents VALUES (?, ?, ?)').bind(user, client.id, client.scope),
      ])
      lane.takeCookie(`session=${session}`)
    },
  }
}
