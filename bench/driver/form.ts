export interface Form {
  /** The target, or empty: the page itself. */
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
}

/** The form of an HTML page that has all these fields. */
export function readForm(page: string, fields: readonly string[]): Form {
  const forms = page.match(/<form\b[^>]*>.*?<\/form>/gs) ?? []
  const form = forms.find((text) => fields.every((name) => text.includes(`name="${name}"`)))
  if (form === undefined) throw new Error(`No form has ${fields.join(', ')}: ${page.slice(0, 300)}`)
  const [start = ''] = /^<form\b[^>]*>/.exec(form) ?? []
  const inputs = form.match(/<input\b[^>]*type="hidden"[^>]*>/g) ?? []
  return {
    action: attribute(start, 'action'),
    hidden: Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')])),
  }
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
