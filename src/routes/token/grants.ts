import { backchannelGrant, deviceCodeGrant } from '../../rules/clients/client.ts'
import { jwtBearerGrant } from '../../rules/tokens/assertion.ts'
import { tokenExchangeGrant } from '../../rules/tokens/exchange.ts'
import { authorizationCode } from './authorization-code.ts'
import { backchannel } from './backchannel.ts'
import { clientCredentials } from './client-credentials.ts'
import { deviceCode } from './device-code.ts'
import type { Grant } from './grant.ts'
import { jwtBearer } from './jwt-bearer.ts'
import { refreshToken } from './refresh-token.ts'
import { tokenExchange } from './token-exchange.ts'

/** The handler for each `grant_type`. One line adds a grant; the metadata follows from this table. */
export const grants: Readonly<Record<string, Grant>> = {
  authorization_code: authorizationCode,
  refresh_token: refreshToken,
  client_credentials: clientCredentials,
  [deviceCodeGrant]: deviceCode,
  [backchannelGrant]: backchannel,
  [tokenExchangeGrant]: tokenExchange,
  [jwtBearerGrant]: jwtBearer,
}
