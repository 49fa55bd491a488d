// @ts-check
/** What things are for, in plain words. */

/** @type {Readonly<Record<string, string>>} */
export const parameters = {
  response_type: 'Asks for a code. Tokens never pass through the address bar.',
  client_id: 'Which application asks.',
  client_secret: 'Proves that it is this application. Only confidential applications have one.',
  redirect_uri: 'Where the answer goes. It must be registered, to the letter.',
  scope: 'What the application wants to do.',
  state: 'Random. It comes back with the answer, which proves that the answer belongs to this request.',
  code_challenge:
    'SHA-256 of a random verifier that stays here. Only who knows the verifier can use the code (PKCE).',
  code_challenge_method: 'How the challenge was made.',
  prompt: 'What the person is asked even when nothing needs asking.',
  grant_type: 'What is handed in for the tokens.',
  code: 'The code from the answer. It works once.',
  code_verifier: 'The verifier: its SHA-256 is the challenge of step 1.',
  refresh_token: 'The refresh token of the last answer.',
  token: 'What shall end.',
}

/** @type {Readonly<Record<string, string>>} */
export const claims = {
  alg: 'how it is signed',
  typ: 'what kind of JWT it is; at+jwt is an access token (RFC 9068)',
  kid: 'which of the server’s keys signed it',
  iss: 'who issued it',
  aud: 'whom it is for: an API must find itself here',
  sub: 'the person, by an id that never changes',
  client_id: 'the application that got it',
  scope: 'what it allows',
  authorization_id: 'the approval it comes from; when that ends, so does this token',
  auth_time: 'when the person signed in',
  acr: 'how strongly: 1, one factor; 2, two',
  amr: 'by what: pwd, a password; otp, a code; hwk, a passkey',
  sid: 'the session, as applications are told it',
  at_hash: 'binds it to the access token that came with it',
  nonce: 'what the application sent, so that nobody can slip it another token',
  jti: 'the id of this token',
  iat: 'when it was issued',
  nbf: 'not valid before',
  exp: 'when it expires',
}

/** The claims that are times, in Unix seconds. */
export const times = new Set(['iat', 'nbf', 'exp', 'auth_time'])

/**
 * Why an error comes, and what mends it.
 *
 * @type {Readonly<Record<string, readonly [reason: string, fix: string]>>}
 */
const errors = {
  access_denied: [
    'The person said no.',
    'Nothing is broken: a client shows this and lets the person start again.',
  ],
  invalid_scope: [
    'The scope holds a name that the server does not know, or more than was granted.',
    'Ask for names from scopes_supported in the server’s metadata, separated by spaces.',
  ],
  invalid_request: [
    'A parameter is missing, doubled or malformed.',
    'Mend the parameter that the description names.',
  ],
  unauthorized_client: [
    'The application is registered for another grant type.',
    'Choose “authorization-code” as its authorization grant type.',
  ],
  unsupported_response_type: ['The server only answers with codes.', 'Send response_type=code.'],
  unsupported_grant_type: [
    'The server does not know this grant type.',
    'Use one of grant_types_supported in the server’s metadata.',
  ],
  login_required: [
    'prompt=none forbids showing anything, and nobody is signed in.',
    'Start over without prompt=none.',
  ],
  consent_required: [
    'prompt=none forbids showing anything, and the person has to be asked. An application on localhost is asked about every time.',
    'Start over without prompt=none.',
  ],
  interaction_required: [
    'prompt=none forbids showing anything, and something has to be shown.',
    'Start over without prompt=none.',
  ],
  invalid_grant: [
    'The code or the refresh token does not work: it is used, expired, of another application, or was issued for another redirect URI or verifier.',
    'Start over to get a new one. A code works once, and for a minute.',
  ],
  server_error: ['The server failed.', 'Try again. Its log has the reason under the reference.'],
  temporarily_unavailable: ['The server can’t answer right now.', 'Try again in a moment.'],
}

/** @param {string} error @param {boolean} secretSent @returns {readonly [reason: string, fix: string]} */
export function explainError(error, secretSent) {
  if (error === 'invalid_client') {
    return secretSent
      ? [
          'The client secret is wrong, or the application is public and has none.',
          'Correct the client secret in step 3, or empty it for a public application, and send again: a refused client spends no code.',
        ]
      : [
          'The application is confidential and no client secret was sent, or there is no such application any more.',
          'Put the client secret in step 3 and send again: a refused client spends no code.',
        ]
  }
  return errors[error] ?? ['The server refused.', 'The description says why.']
}
