// @ts-check
import { showRefusedCall, showUnreadApi } from './calls.js'
import { explainError } from './explain.js'
import { fields, held, server } from './page.js'
import { finish, showProgress } from './progress.js'
import { curl, isReachable, send } from './request.js'
import {
  byId,
  clearProblem,
  find,
  link,
  quoted,
  say,
  shorten,
  showFacts,
  showProblem,
  showReady,
} from './show.js'
import { steps } from './steps.js'
import { fill, fillText, parameters, words } from './texts.js'

/**
 * The curl command of each step's last request: the next one may differ.
 *
 * @type {Record<string, string>}
 */
const sent = {}

/** The current form of every request. */
export function showRequests() {
  for (const [id, step] of Object.entries(steps)) {
    const section = byId(id)
    const request = step.request()
    showReady(section, request !== undefined)
    if (request === undefined) continue
    find(section, '[data-request]').textContent = `${request.method} ${request.url}`
    showFacts(find(section, '[data-facts]'), explained(request.form ?? {}))
    byId(`${id}-curl`).textContent = curl(request, fields.showSecret.checked)
    const isNext = sent[id] !== undefined && sent[id] !== curl(request, true)
    find(section, '[data-which]').textContent = isNext ? words.next : words.request
  }
  showProgress()
}

/**
 * Each parameter with its meaning.
 *
 * @param {Readonly<Record<string, string>>} sent
 */
export function explained(sent) {
  return Object.entries(sent).map(([name, value]) => {
    const hidden = name === 'client_secret' && !fields.showSecret.checked
    return /** @type {const} */ ([name, hidden ? '••••••••' : value, parameters[name] ?? ''])
  })
}

/** @param {import('./request.js').Answer} answer */
function written({ challenge, body, text }) {
  const shown = body ? JSON.stringify(body, shortenTokens, 2) : text
  const header = challenge === null ? '' : `WWW-Authenticate: ${challenge}`
  return [header, shown].filter(Boolean).join('\n\n') || words.onlyStatus
}

/** Tokens are shown whole in one place, with their contents. @param {string} name @param {unknown} value */
function shortenTokens(name, value) {
  return /^(access|refresh|id)_token$/.test(name) ? shorten(String(value)) : value
}

/**
 * Sends the request of a step and shows the answer.
 *
 * @param {string} id of its section
 */
export async function run(id) {
  const step = steps[id]
  const request = step?.request()
  const section = byId(id)
  if (step === undefined || request === undefined || section.ariaBusy === 'true') return
  const reason = step.unless?.()
  if (reason !== undefined) return say(section, reason)
  clearProblem()
  say(section, words.sent)
  section.ariaBusy = 'true'
  sent[id] = curl(request, true)
  const answer = await send(request)
  section.ariaBusy = 'false'
  say(section, '')
  if (answer === undefined) return step.isApi ? showUnreadApi(section, request) : showUnread(section)
  find(section, '[data-answer]').hidden = false
  find(section, '[data-http]').textContent = String(answer.status)
  find(section, '[data-answer] pre').textContent = written(answer)
  if (answer.status >= 200 && answer.status < 300) {
    say(section, step.accept(answer.body ?? {}))
    finish(id)
    find(section, '[data-status]').scrollIntoView({ block: 'center' })
  } else if (step.isApi) showRefusedCall(section, answer)
  else
    showRefusal(section, answer.body ?? { error: fillText(words.status, { status: answer.status }) }, request)
  showRequests()
}

/**
 * The refusal of the server, its reason, and what to do about it.
 *
 * @param {HTMLElement} section
 * @param {Record<string, any>} body
 * @param {import('./request.js').Request} [request]
 */
export function showRefusal(section, { error, error_description: description, reference }, request) {
  const [reason, fix] = explainError(String(error), request?.form?.client_secret !== undefined)
  const detail = [error, reference && ` ${fillText(words.reference, { reference })}`].filter(Boolean).join('')
  // The server knows exactly why; the usual causes of the error come after it. Of these it tells a client less than this page knows.
  const isVague = ['invalid_client', 'access_denied'].includes(error)
  if (!description || isVague) {
    const said = [...fix, description && ` (${description})`].filter(Boolean)
    return showProblem(section, reason, said, detail)
  }
  showProblem(section, quoted(description), [reason, ' ', ...fix], detail)
}

/**
 * The browser has no answer to show: the server is unreachable, or does not let this origin read it.
 *
 * @param {HTMLElement} section
 */
async function showUnread(section) {
  const { issuer, metadata, applications } = server
  if (location.origin === issuer || !(await isReachable(metadata))) {
    return showProblem(section, fillText(words.unreachable, { issuer }), [words.checkRuns])
  }
  const { origin } = location
  const application = link(
    words.application,
    `${applications}/${encodeURIComponent(held.attempt?.clientId ?? '')}/update`,
  )
  showProblem(section, fillText(words.cors, { origin }), fill(words.addOrigin, { origin, application }))
}
