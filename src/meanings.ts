import type { Variables } from './variables.ts'

/**
 * What each variable is for. In docs/configuration.md, and in public/settings.json for the page of an administrator: the Worker
 * does not carry these texts.
 */
export const meanings: Readonly<Record<keyof Variables, string>> = {
  ISSUER:
    'The origin that everything is issued under: it stands in every token, and clients compare it to the letter. Requests to any other host are refused. Unset, the origin of the request serves, which only localhost may be: in production it must be set.',
  KEY_ENCRYPTION_SECRET:
    'Signing keys and authenticator keys are encrypted under it; pairwise subjects are made and the audit log is sealed with it. At least 32 characters, random. Whoever changes it loses them: keep a copy.',
  OAUTH_PATH:
    'Where the endpoints of the protocol are: `/o/authorize`, `/o/token`, `/o/applications` and so on.',
  CORS_ALLOW_ALL_ORIGINS:
    'Lets the scripts of any web page call the token endpoint, not only those of registered origins. For development: refused when `ISSUER` is not localhost.',
  MAILER:
    'How mails leave: `send_email`, by the binding `EMAIL` of Cloudflare’s Email Service; `http`, by an API that takes JSON with `from`, `to`, `subject`, `text` and `html`; `outbox`, not at all: they are shown on `/dev/outbox`, which is for development. With `off` nothing that needs a mail is offered. Unset, it is `outbox` where `ISSUER` is localhost, and otherwise `off`.',
  MAIL_FROM: 'The address that mails come from. Needed for `send_email` and `http`.',
  MAIL_API_URL: 'Where mails are posted to. Needed for `http`.',
  MAIL_API_TOKEN: 'The bearer token of the mail API. Needed for `http`.',
  SIGN_UP:
    'Who may create an account: nobody (`off`), whoever an administrator invites (`invitation`), or everybody (`open`).',
  APPLICATIONS:
    'Who may register applications: everybody who can sign in (`everyone`), or only people with the role developer or administrator (`developers`). Whoever owns one already keeps it.',
  SECOND_FACTOR:
    'Who needs a second factor, an authenticator app or a passkey: whoever wants one (`optional`), administrators and support (`administrators`), or everybody (`everyone`). Somebody who has none sets one up at their next step. An application can ask for one whatever this says.',
  BRAND_NAME: 'What this server is called on its pages, in passkeys and in authenticator apps.',
  BRAND_COLOR:
    'The colour of links, buttons and marks. Made darker where it stands on light and lighter where it stands on dark, as far as it takes to be read (WCAG 2.2, 4.5 to 1).',
  BRAND_LOGO:
    'A picture in place of the mark: a file that you put into `public/`, square, by its path there.',
  CODE_LIFETIME:
    'How long an authorization code is good. RFC 6749 §4.1.2 allows ten minutes; KV keeps nothing for less than one.',
  ACCESS_TOKEN_LIFETIME:
    'How long an access token is good, unless the application or the API says otherwise. An API that only verifies the signature accepts it until then, whatever was revoked.',
  ID_TOKEN_LIFETIME: 'How long an ID token is good.',
  REFRESH_TOKEN_IDLE_LIFETIME: 'A refresh token that is not used for so long is dead.',
  REFRESH_TOKEN_LIFETIME:
    'However often it refreshes, an authorization ends after this, and the person is asked again.',
  SESSION_IDLE_LIFETIME:
    'Somebody who does nothing for so long is signed out. Use is noted every five minutes.',
  SESSION_LIFETIME: 'Everybody signs in again after this.',
}
