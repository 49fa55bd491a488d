// @ts-check
import { authorizationParameters, forgetAttempts, keepAttempt, newProof, startOverUrl } from './attempt.js'
import { fields, redirectUri, server } from './page.js'
import { quote } from './request.js'
import { explained } from './run.js'
import { byId, find, showFacts, showProblem } from './show.js'
import { words } from './texts.js'

/** Step 1, RFC 6749 §4.1.1: the link follows the fields, until the browser opens it. */
export async function buildLink() {
  forgetAttempts()
  let proof = await newProof()
  const attempt = () => ({
    ...proof,
    redirectUri,
    clientId: fields.clientId.value.trim(),
    clientSecret: fields.clientSecret.value,
    scope: fields.scope.value.trim(),
    resource: fields.resource.value.trim(),
    prompt: fields.prompt.value,
  })
  const show = () => showLink(attempt())

  const form = byId('settings')
  form.addEventListener('input', show)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    try {
      keepAttempt(attempt())
    } catch {
      return showProblem(byId('link'), words.nothingKept, [words.letKeep])
    }
    location.assign(show())
  })
  // Returning from there: a state and a verifier are for one request.
  addEventListener('pageshow', async ({ persisted }) => {
    if (!persisted) return
    proof = await newProof()
    show()
  })
  show()
}

/** @param {import('./attempt.js').Attempt} attempt */
export function showLink(attempt) {
  const sent = authorizationParameters(attempt)
  const url = `${server.authorize}?${new URLSearchParams(sent)}`
  showFacts(find(byId('link'), '[data-facts]'), explained(sent))
  byId('authorization-url').textContent = url
  byId('link-curl').textContent = `curl -i ${quote(url)}`
  find(byId('start-over'), 'a').setAttribute('href', startOverUrl(attempt))
  return url
}
