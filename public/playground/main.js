// @ts-check
import { readAnswer } from './answer.js'
import { takeSecretOf } from './brought.js'
import { buildLink } from './link.js'
import { fields, redirectUri } from './page.js'
import { run, showRequests } from './run.js'
import { byId, say, showProblem, tick } from './show.js'
import { words } from './texts.js'

for (const button of document.querySelectorAll('[data-send]')) {
  button.addEventListener('click', () => run(button.closest('section')?.id ?? ''))
}
byId('secret').addEventListener('input', showRequests)
fields.apiAddress.addEventListener('input', showRequests)
setInterval(tick, 1000)

fields.redirectUri.value = redirectUri
const query = new URLSearchParams(location.search)
const isAnswer = location.href.startsWith(redirectUri) && (query.has('code') || query.has('error'))
const isSecure = crypto.subtle !== undefined
if (!isAnswer && isSecure) {
  fields.clientId.value = query.get('client_id') ?? fields.clientId.value
  fields.clientSecret.value = takeSecretOf(fields.clientId.value)
  fields.scope.value = query.get('scope') ?? fields.scope.value
  fields.resource.value = query.get('resource') ?? ''
  fields.prompt.value = query.get('prompt') ?? ''
  byId('advanced').toggleAttribute('open', fields.resource.value + fields.prompt.value !== '')
  await buildLink()
}
// A button that is pressed before this would only load the page again.
byId('steps').hidden = false
if (isAnswer) {
  // A reload must not use the code again, and the history does not have to contain it.
  history.replaceState(null, '', redirectUri)
  readAnswer(query)
} else if (!isSecure) {
  showProblem(byId('link'), words.insecure, [words.goSecure])
} else if (location.href.startsWith(redirectUri)) {
  say(byId('link'), words.noAnswer)
}
showRequests()
