import type { Context } from '../../http/context.ts'
import { showPage } from '../../http/pages.tsx'
import { playgroundClientId } from '../../store/clients/playground-client.ts'
import { PlaygroundPage } from './page.tsx'

/**
 * GET /playground and /playground/callback: the same page, for everybody who reads the same language. It sets no cookie, and
 * names every URL of the server in full, so that it can be served from another origin too.
 */
export function get(c: Context<'playground'>): Response | Promise<Response> {
  const { issuer, paths } = c.var
  const server = {
    issuer,
    home: issuer + paths.home,
    authorize: issuer + paths.authorize,
    token: issuer + paths.token,
    userinfo: issuer + paths.userinfo,
    revoke: issuer + paths.revoke,
    applications: issuer + paths.applications,
    register: issuer + paths.registerApplication,
    metadata: issuer + paths.serverMetadata,
    jwks: issuer + paths.jwks,
  }
  const { language, messages } = c.var
  const speech = { language, messages, texts: c.var.texts }
  c.header('Content-Security-Policy', policyFor(issuer))
  return showPage(c, <PlaygroundPage speech={speech} server={server} clientId={playgroundClientId} />)
}

/** Served from elsewhere, the page still has to reach the issuer. It submits no form: it navigates by script. */
function policyFor(issuer: string): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${issuer}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
