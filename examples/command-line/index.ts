// `npm run example:cli`: a program without a browser. The person signs in on any other device (RFC 8628).
import * as client from 'openid-client'

const { ISSUER = 'http://localhost:8000', API = 'http://localhost:8002/api/hello', CLIENT_ID } = process.env
if (!CLIENT_ID) {
  console.error('CLIENT_ID is missing: see examples/command-line/README.md')
  process.exit(1)
}

// openid-client refuses http, even on this machine, unless it is allowed explicitly.
const options = ISSUER.startsWith('http://localhost') ? { execute: [client.allowInsecureRequests] } : {}
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, client.None(), options)
const device = await client.initiateDeviceAuthorization(config, { scope: 'openid profile read' })
console.log(`
  Open      ${device.verification_uri}
  and type  ${device.user_code}

  or open   ${device.verification_uri_complete}
`)
const tokens = await client.pollDeviceAuthorizationGrant(config, device)
console.log(`Signed in as ${tokens.claims()?.sub}.`)

const answer = await fetch(API, { headers: { authorization: `Bearer ${tokens.access_token}` } })
console.log(answer.status, (await answer.text()).trim())
