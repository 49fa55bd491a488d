// @ts-check
import { takeAttempt } from './attempt.js'
import { showLink } from './link.js'
import { fields, held, server } from './page.js'
import { showRefusal } from './run.js'
import { byId, find, say, shorten, showFacts, showProblem, showReady } from './show.js'

/**
 * Step 2. A client looks at `state` (RFC 6749 §10.12) and `iss` (RFC 9207 §2.4) before it uses the code.
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
  // From here on it matters in step 3, and can be corrected there.
  find(byId('exchange'), '[data-send]').before(byId('secret'))
  if (attempt) {
    held.attempt = attempt
    fields.clientSecret.value = attempt.clientSecret
    showLink(attempt)
    find(byId('link'), 'details').removeAttribute('open')
  } else {
    find(byId('link'), 'details').hidden = true
  }
  byId('answer-title').focus()

  if (attempt === undefined) {
    const fix =
      'The link was opened in another tab or browser, or this answer was read before. Start over in this tab.'
    return showProblem(section, 'This tab holds no state and no verifier for this answer.', [fix])
  }
  if (!isFromServer) {
    return showProblem(section, 'This answer comes from another server.', [
      'A client stops here: it might be a trap. Start over.',
    ])
  }
  if (answer.has('error')) return showRefusal(section, Object.fromEntries(answer))
  held.code = answer.get('code') ?? ''
  say(section, 'The answer is good. Exchange its code within a minute.')
}

/**
 * @param {URLSearchParams} answer
 * @param {boolean} isOurs
 * @param {boolean} isFromServer
 */
function judged(answer, isOurs, isFromServer) {
  /** @type {Readonly<Record<string, string>>} */
  const verdicts = {
    code: 'To be exchanged for tokens, once.',
    state: isOurs ? '✓ The one this page sent.' : '✗ This tab sent no request with this state.',
    iss: isFromServer ? '✓ The server this page asked (RFC 9207).' : `✗ This page asked ${server.issuer}.`,
    error: 'Why there is no code.',
    error_description: 'More about it, for developers.',
  }
  const missing = ['state', 'iss'].filter((name) => !answer.has(name)).map((name) => [name, ''])
  return [...answer, ...missing].map(([name = '', value = '']) => {
    const shown = name === 'code' ? shorten(value) : value
    return /** @type {const} */ ([name, shown || '(missing)', verdicts[name] ?? ''])
  })
}
