/** Each URL, once. `oauthPath` is the setting OAUTH_PATH, `/o` by default. No trailing slashes (design: canonical form). */
export function makePaths(oauthPath: string) {
  return {
    home: '/',
    setup: '/setup',
    login: '/login',
    loginCode: '/login/code',
    loginPasskey: '/login/passkey',
    logout: '/logout',
    authenticator: '/account/authenticator',
    setUpAuthenticator: '/account/authenticator/set-up',
    removeAuthenticator: '/account/authenticator/remove',
    recoveryCodes: '/account/authenticator/recovery-codes',
    passkeys: '/account/passkeys',
    newPasskey: '/account/passkeys/new',
    removePasskey: (id: string) => `/account/passkeys/${id}/remove`,
    account: '/account',
    accountProfile: '/account/profile',
    accountPassword: '/account/password',
    accountSessions: '/account/sessions',
    accountApplications: '/account/applications',
    removeAccountApplication: (clientId: string) => `/account/applications/${clientId}/remove`,
    accountActivity: '/account/activity',
    accountExport: '/account/export',
    deleteAccount: '/account/delete',
    accountDeleted: '/account/deleted',

    language: '/language',
    admin: '/admin',
    adminUsers: '/admin/users',
    adminApplications: '/admin/applications',
    playground: '/playground',
    playgroundCallback: '/playground/callback',

    applications: `${oauthPath}/applications`,
    registerApplication: `${oauthPath}/applications/register`,
    application: (clientId: string) => `${oauthPath}/applications/${clientId}`,
    updateApplication: (clientId: string) => `${oauthPath}/applications/${clientId}/update`,
    deleteApplication: (clientId: string) => `${oauthPath}/applications/${clientId}/delete`,
    applicationPolicy: (clientId: string) => `${oauthPath}/applications/${clientId}/policy`,
    applicationSecrets: (clientId: string) => `${oauthPath}/applications/${clientId}/secrets`,
    deleteApplicationSecret: (clientId: string, secretId: string) =>
      `${oauthPath}/applications/${clientId}/secrets/${secretId}/delete`,

    authorize: `${oauthPath}/authorize`,
    token: `${oauthPath}/token`,
    userinfo: `${oauthPath}/userinfo`,
    endSession: `${oauthPath}/logout`,
    revoke: `${oauthPath}/revoke_token`,
    introspect: `${oauthPath}/introspect`,

    serverMetadata: '/.well-known/oauth-authorization-server',
    openidConfiguration: '/.well-known/openid-configuration',
    jwks: '/.well-known/jwks.json',
    changePassword: '/.well-known/change-password',
  } as const
}

export type Paths = ReturnType<typeof makePaths>
