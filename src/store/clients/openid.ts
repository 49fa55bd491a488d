import { type ClientOpenid, defaultClientOpenid } from '../../rules/clients/client.ts'
import { signingAlgorithms } from '../../rules/server/signing-keys.ts'
import { boolean, choiceOf, mayBeMissing, object, type Shaped, string } from '../../values/shape.ts'

const uri = mayBeMissing(string)

/** Names as in OIDC Dynamic Client Registration §2. A missing member has its default. */
const stored = object({
  id_token_signed_response_alg: mayBeMissing(choiceOf(signingAlgorithms)),
  access_token_signed_response_alg: mayBeMissing(choiceOf(signingAlgorithms)),
  userinfo_signed_response_alg: mayBeMissing(choiceOf(signingAlgorithms)),
  subject_type: mayBeMissing(choiceOf(['public', 'pairwise'])),
  sector_identifier: uri,
  sector_identifier_uri: uri,
  sector_moved: mayBeMissing(boolean),
  pkce_optional: mayBeMissing(boolean),
  assertion_audience_list: mayBeMissing(boolean),
  require_pushed_authorization_requests: mayBeMissing(boolean),
  dpop_bound_access_tokens: mayBeMissing(boolean),
  claims_in_id_token: mayBeMissing(boolean),
  two_factors_required: mayBeMissing(boolean),
  refresh_tokens: mayBeMissing(boolean),
  scope_is_chosen: mayBeMissing(boolean),
  backchannel_logout_uri: uri,
  frontchannel_logout_uri: uri,
  initiate_login_uri: uri,
})

export function formatClientOpenid(openid: ClientOpenid): string {
  const value: Shaped<typeof stored> = {
    id_token_signed_response_alg: openid.idTokenAlg,
    access_token_signed_response_alg: openid.accessTokenAlg,
    userinfo_signed_response_alg: openid.userinfoAlg,
    subject_type: openid.subjectType,
    sector_identifier: openid.sectorIdentifier,
    sector_identifier_uri: openid.sectorIdentifierUri,
    sector_moved: openid.sectorMoved,
    pkce_optional: openid.pkceOptional,
    assertion_audience_list: openid.assertionAudienceList,
    require_pushed_authorization_requests: openid.pushedOnly,
    dpop_bound_access_tokens: openid.dpopBound,
    claims_in_id_token: openid.claimsInIdToken,
    two_factors_required: openid.needsTwoFactors,
    refresh_tokens: openid.refreshTokens,
    // Left out for most: it is stored with each client.
    scope_is_chosen: openid.scopeIsChosen || undefined,
    backchannel_logout_uri: openid.backchannelLogoutUri,
    frontchannel_logout_uri: openid.frontchannelLogoutUri,
    initiate_login_uri: openid.initiateLoginUri,
  }
  return JSON.stringify(value)
}

export function parseClientOpenid(text: string): ClientOpenid {
  const value = stored(JSON.parse(text))
  return {
    idTokenAlg: value.id_token_signed_response_alg ?? defaultClientOpenid.idTokenAlg,
    accessTokenAlg: value.access_token_signed_response_alg ?? defaultClientOpenid.accessTokenAlg,
    userinfoAlg: value.userinfo_signed_response_alg,
    subjectType: value.subject_type ?? defaultClientOpenid.subjectType,
    sectorIdentifier: value.sector_identifier,
    sectorIdentifierUri: value.sector_identifier_uri,
    sectorMoved: value.sector_moved ?? false,
    pkceOptional: value.pkce_optional ?? false,
    assertionAudienceList: value.assertion_audience_list ?? false,
    pushedOnly: value.require_pushed_authorization_requests ?? false,
    dpopBound: value.dpop_bound_access_tokens ?? false,
    claimsInIdToken: value.claims_in_id_token ?? false,
    needsTwoFactors: value.two_factors_required ?? false,
    refreshTokens: value.refresh_tokens ?? defaultClientOpenid.refreshTokens,
    scopeIsChosen: value.scope_is_chosen ?? false,
    backchannelLogoutUri: value.backchannel_logout_uri,
    frontchannelLogoutUri: value.frontchannel_logout_uri,
    initiateLoginUri: value.initiate_login_uri,
  }
}
