// @ts-check
import { takeAttempt } from './attempt.js'
import { showLink } from './link.js'
import { fields, held, server } from './page.js'
import { countDown, finish } from './progress.js'
import { showRefusal } from './run.js'
import { byId, find, link, say, shorten, showFacts, showProblem, showReady } from './show.js'
import { fill, fillText, words } from './texts.js'

/**
 * Step 2. A client checks `state` (RFC 6749 §10.12) and `iss` (RFC 9207 §2.4) before it uses the code.
 *
 * @param {URLSearchParams} answer
 */
export function readAnswer(answer) {
  const section = byId('answer')
  const attempt = takeAttempt(answer.get('state') ?? '')
  const isFromServer = answer.get('iss') === server.issuer
  showReady(section, true)
  showFacts(find(section, '[data-facts]'), judged(answer, attempt !== undefined, isFromServer))
  byId('settings').hidden = true
  byId('start-over').hidden = false
  finish('link')
  // From here on it is used in step 3, and can be corrected there.
  find(byId('exchange'), '[data-send]').before(byId('secret'))
  if (attempt) {
    held.attempt = attempt
    fields.clientSecret.value = attempt.clientSecret
    showLink(attempt)
    byId('link-request').removeAttribute('open')
  } else {
    byId('link-request').hidden = true
  }
  byId('answer-title').focus()

  if (attempt === undefined) {
    return showProblem(
      section,
      words.noAttempt,
      fill(words.sameTab, { startOver: link(words.startOver, '/playground') }),
    )
  }
  if (!isFromServer) {
    return showProblem(section, words.otherServer, [words.trap])
  }
  if (answer.has('error')) return showRefusal(section, Object.fromEntries(answer))
  held.code = answer.get('code') ?? ''
  say(section, words.good)
  countDown(server.codeLifetime)
  finish('answer')
}

/**
 * @param {URLSearchParams} answer
 * @param {boolean} isOurs
 * @param {boolean} isFromServer
 */
function judged(answer, isOurs, isFromServer) {
  /** @type {Readonly<Record<string, string>>} */
  const verdicts = {
    code: words.codeVerdict,
    state: isOurs ? words.ours : words.notOurs,
    iss: isFromServer ? words.asked : fillText(words.notAsked, { issuer: server.issuer }),
    error: words.whyNoCode,
    error_description: words.moreAbout,
  }
  const missing = ['state', 'iss'].filter((name) => !answer.has(name)).map((name) => [name, ''])
  return [...answer, ...missing].map(([name = '', value = '']) => {
    const shown = name === 'code' ? shorten(value) : value
    return /** @type {const} */ ([name, shown || words.missing, verdicts[name] ?? ''])
  })
}
