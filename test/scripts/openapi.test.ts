import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { makePaths } from '../../src/paths.ts'
import { openapiDocument } from '../../src/rules/server/openapi.ts'
import { grantParameters } from '../../src/rules/server/operations.ts'

it('/openapi.json is valid against the schema of OpenAPI 3.1', async () => {
  const document: Record<string, unknown> = openapiDocument(
    'https://id.example.com',
    makePaths('/o'),
    Object.keys(grantParameters),
  )
  const check = async (given: Record<string, unknown>) =>
    (await new Validator().validate(structuredClone(given))).valid
  assert.equal(await check(document), true)
  assert.equal(await check({ ...document, info: {} }), false)
})
