/** A text with the value in place of each `{name}`, where only plain text is allowed: the title of a page. */
export function fillText(
  text: string,
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  // In right-to-left text each value keeps its own direction: UAX #9, FSI and PDI.
  const isolate = /\p{Script=Arabic}/u.test(text)
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(values[name] ?? '')
    return isolate ? `\u2068${value}\u2069` : value
  })
}
