import type { Context } from '../../http/context.ts'
import { showPage } from '../../http/pages.tsx'
import { playgroundClientId } from '../../store/clients/playground-client.ts'
import { PlaygroundPage } from './page.tsx'

/**
 * GET /playground and /playground/callback: the same page for every reader of a language. It sets no cookie, and contains full
 * URLs of the server, so that it can also be served from another origin.
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
    codeLifetime: c.var.config.lifetimes.code,
  }
  const { language, messages } = c.var
  const speech = { language, messages, texts: c.var.texts }
  c.header('Content-Security-Policy', policyFor(issuer))
  return showPage(c, <PlaygroundPage speech={speech} server={server} clientId={playgroundClientId} />)
}

/**
 * Served from elsewhere, the page must still reach the issuer; and it calls the API whose address somebody enters, which may run
 * on this machine. It submits no form: it navigates by script.
 */
function policyFor(issuer: string): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${issuer} https: http://localhost:* http://127.0.0.1:*`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
