import { issuer } from './server.ts'

type Fetch = (path: string, init?: RequestInit) => Promise<Response>

/** A browser without scripts: keeps cookies, reads forms, does not follow redirects. */
export class Browser {
  readonly #fetch: Fetch
  readonly cookies = new Map<string, string>()
  userAgent: string | undefined
  /** Its network address, as Cloudflare reports it. */
  address: string | undefined

  constructor(fetch: Fetch) {
    this.#fetch = fetch
  }

  get(path: string): Promise<Page> {
    return this.#request(path, { headers: { 'Sec-Fetch-Site': 'none' } })
  }

  post(
    path: string,
    fields: Record<string, string> | URLSearchParams,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    const own = { Origin: issuer, 'Sec-Fetch-Site': 'same-origin', ...headers }
    return this.#request(path, { method: 'POST', body: new URLSearchParams(fields), headers: own })
  }

  /** Why a line is not run; undefined when it is. */
  upload(path: string, body: FormData): Promise<Page> {
    return this.#request(path, {
      method: 'POST',
      body,
      headers: { Origin: issuer, 'Sec-Fetch-Site': 'same-origin' },
    })
  }

  async #request(path: string, init: RequestInit): Promise<Page> {
    const headers = new Headers(init.headers)
    headers.set('Accept', 'text/html')
    if (this.address !== undefined) headers.set('CF-Connecting-IP', this.address)
    if (this.userAgent !== undefined) headers.set('User-Agent', this.userAgent)
    headers.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await this.#fetch(path, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return readPage(this, response)
  }

  #keep(line: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (name === undefined || value === undefined) throw new Error(`Not a cookie: ${line}`)
    if (/max-age=0/i.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

interface Form {
  action: string
  readonly fields: Record<string, string>
}

export interface Page {
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Settings in front, and a comment at the end. */
  readonly text: string
  readonly location: string
  readonly forms: readonly Form[]
  readonly browser: Browser
  /** Only the address in the example differs. */
  submit(fields: Record<string, string>): Promise<Page>
}

async function readPage(browser: Browser, response: Response): Promise<Page> {
  const forms: Form[] = []
  let field = ''
  let written = ''
  /** Without a selected option a browser sends the first, which may be empty. */
  let hasOption = false
  const html = await new HTMLRewriter()
    .on('main form', {
      element(element) {
        forms.push({ action: decode(element.getAttribute('action') ?? ''), fields: {} })
      },
    })
    .on('main form input, main form textarea, main form select, main form button', {
      element(element) {
        const name = element.getAttribute('name')
        field = name ?? ''
        hasOption = false
        if (name === null) return
        const type = element.getAttribute('type')
        const unchecked = type === 'radio' && element.getAttribute('checked') === null
        if (type === 'checkbox' && element.getAttribute('checked') === null) return
        const fields = forms.at(-1)?.fields
        if (fields !== undefined && !(unchecked && name in fields))
          fields[name] = decode(element.getAttribute('value') ?? '')
      },
    })
    .on('main form textarea', {
      text(chunk) {
        written += chunk.text
        if (!chunk.lastInTextNode) return
        const fields = forms.at(-1)?.fields
        // As a browser reads it: line breaks are one character, and the first after the tag is ignored.
        const value = decode(written.replaceAll(/\r\n?/g, '\n').replace(/^\n/, ''))
        written = ''
        if (fields !== undefined && field !== '') fields[field] = value
      },
    })
    .on('main form option', {
      element(option) {
        const fields = forms.at(-1)?.fields
        const chosen = option.getAttribute('selected') !== null || !hasOption
        hasOption = true
        if (fields !== undefined && chosen) fields[field] = decode(option.getAttribute('value') ?? '')
      },
    })
    .transform(response)
    .text()
  return {
    status: response.status,
    headers: response.headers,
    html,
    text: decode(html.replace(/^.*<\/head>/s, '').replaceAll(/<[^>]*>/g, ' ')).replaceAll(/\s+/g, ' '),
    location: response.headers.get('Location') ?? '',
    forms,
    browser,
    submit(fields) {
      const [field] = Object.keys(fields)
      const form = forms.find((candidate) => field === undefined || field in candidate.fields)
      if (form === undefined) throw new Error(`No form has a field ${field}: ${html}`)
      return browser.post(form.action, { ...form.fields, ...fields })
    },
  }
}

function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&')
}
