// The script of a single-page application: sign in, call an API, sign out.

export {}

/** @type {typeof import('oidc-client-ts')} */
const { UserManager } = Reflect.get(globalThis, 'oidc')
const { issuer, clientId, api } = await (await fetch('/settings.json')).json()

const manager = new UserManager({
  authority: issuer,
  client_id: clientId,
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: 'openid profile read',
  // The name is in userinfo, not in the ID token (OpenID Connect Core §5.4).
  loadUserInfo: true,
})

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`There is no element ${id}`)
  return found
}

element('sign-in').addEventListener('click', () => void manager.signinRedirect())
element('sign-out').addEventListener('click', () => void manager.signoutRedirect())
element('call').addEventListener('click', () => void callApi())

async function callApi() {
  const user = await manager.getUser()
  const response = await fetch(api, { headers: { authorization: `Bearer ${user?.access_token}` } })
  element('answer').textContent = `${response.status} ${await response.text()}`
}

if (location.pathname === '/callback') {
  try {
    await manager.signinCallback()
  } catch (error) {
    // The server's own words, for example that the person denied the request.
    element('answer').textContent = String(error)
  }
  // A code works once: a reload must not send it again.
  history.replaceState(null, '', '/')
}
const user = await manager.getUser()
element('who').textContent =
  user === null ? 'Nobody is signed in.' : `Signed in as ${user.profile.preferred_username}.`
element('sign-in').hidden = user !== null
element('call').hidden = user === null
element('sign-out').hidden = user === null
