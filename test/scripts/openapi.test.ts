import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import endpoints from '../../public/endpoints.json' with { type: 'json' }
import { makePaths } from '../../src/paths.ts'
import type { Endpoints } from '../../src/rules/server/endpoints.ts'
import { openapiDocument } from '../../src/rules/server/openapi.ts'

it('/openapi.json is valid against the schema of OpenAPI 3.1', async () => {
  const document: Record<string, unknown> = openapiDocument(
    'https://id.example.com',
    makePaths('/o'),
    Object.keys(endpoints.grants),
    endpoints as Endpoints,
  )
  const check = async (given: Record<string, unknown>) =>
    (await new Validator().validate(structuredClone(given))).valid
  assert.equal(await check(document), true)
  assert.equal(await check({ ...document, info: {} }), false)
})
