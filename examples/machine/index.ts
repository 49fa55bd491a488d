// `npm run example:machine`: a program that acts for itself. It gets a token with its secret, and calls the API with it.
import * as client from 'openid-client'

const { ISSUER = 'http://localhost:8000', API = 'http://localhost:8002/api/hello' } = process.env
const { CLIENT_ID, CLIENT_SECRET } = process.env
if (!CLIENT_ID || !CLIENT_SECRET) {
  console.error('CLIENT_ID and CLIENT_SECRET are missing: see examples/machine/README.md')
  process.exit(1)
}

// openid-client refuses http, even on this machine, unless it is allowed explicitly.
const options = ISSUER.startsWith('http://localhost') ? { execute: [client.allowInsecureRequests] } : {}
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, options)
const { access_token } = await client.clientCredentialsGrant(config, { scope: 'read' })
const answer = await fetch(API, { headers: { authorization: `Bearer ${access_token}` } })
console.log(answer.status, (await answer.text()).trim())
