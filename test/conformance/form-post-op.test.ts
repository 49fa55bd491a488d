import { beforeAll, describe, expect, it } from 'vitest'
import { cast } from '../cast.ts'
import { applySchema, issuer } from '../server.ts'
import { claimsModules } from './claims-modules.ts'
import { codeModules } from './code-modules.ts'
import { requestModules } from './request-modules.ts'

beforeAll(applySchema)

/** OAuth 2.0 Form Post Response Mode: the Basic OP modules again, and the requirements of the mode itself. */
describe('Form Post OP', () => {
  const plan = { mode: 'form_post', authentication: 'client_secret_basic' } as const
  codeModules(plan)
  claimsModules(plan)
  requestModules(plan)

  describe('the form', () => {
    it('works without JavaScript: it is a POST form with a visible button', async () => {
      const { rp, person } = await cast(plan)
      const page = await person.visit(rp.request())
      expect(page.html).toMatch(/<form method="post" action="https:\/\/app\.example\/callback"/)
      expect(page.html).toMatch(/<button type="submit">Continue<\/button>/)
      expect(Object.keys(page.forms[0]?.fields ?? {}).sort()).toEqual(['code', 'iss', 'state'])
    })

    it('is not cached, and no policy stops it from being sent', async () => {
      const { rp, person } = await cast(plan)
      const page = await person.visit(rp.request())
      expect(page.headers.get('Cache-Control')).toBe('no-store')
      expect(page.headers.get('Content-Security-Policy')).not.toContain('form-action')
      expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self'")
      expect(page.html).not.toMatch(/<script(?![^>]* src=")/)
    })

    it.each(['x'.repeat(1000), `${'&<>"\'='.repeat(150)} é𝄞+%20`])(
      'carries state exactly as it was sent (%#)',
      async (state) => {
        const { rp, person } = await cast(plan)
        rp.codeOf(await person.visit(rp.request({ state })))
      },
    )

    it('sends no state when none came', async () => {
      const { rp, person } = await cast(plan)
      expect(rp.answer(await person.visit(rp.request({ state: undefined }))).has('state')).toBe(false)
    })

    it('keeps the query of the registered URI', async () => {
      const { rp, person } = await cast(plan, { redirectUris: ['https://app.example/cb?tenant=1&x=%20'] })
      rp.codeOf(await person.visit(rp.request()))
    })

    it('carries errors in the same way, with iss and state', async () => {
      const { rp, person } = await cast(plan)
      const page = await person.visit(rp.request({ scope: 'unheard-of' }))
      const answer = rp.answer(page)
      expect([answer.get('error'), answer.get('iss')]).toEqual(['invalid_scope', issuer])
      expect(answer.get('error_description')).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    })
  })
})
