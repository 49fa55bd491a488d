import { beforeAll, describe } from 'vitest'
import { applySchema } from '../server.ts'
import { claimsModules } from './claims-modules.ts'
import { codeModules } from './code-modules.ts'
import { requestModules } from './request-modules.ts'

beforeAll(applySchema)

/** OpenID Connect Basic OP: response_type=code, answers in the query. */
describe('Basic OP with client_secret_basic', () => {
  const plan = { mode: 'query', authentication: 'client_secret_basic' } as const
  codeModules(plan)
  claimsModules(plan)
  requestModules(plan)
})

/** Only the token endpoint sees the other method. */
describe('Basic OP with client_secret_post', () => {
  codeModules({ mode: 'query', authentication: 'client_secret_post' })
})
