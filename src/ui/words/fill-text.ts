/** A text with the value in the place of each `{name}`, where only text can stand: the title of a page. */
export function fillText(
  text: string,
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  // Among letters that run from right to left each value keeps its own direction: UAX #9, FSI and PDI.
  const isolate = /\p{Script=Arabic}/u.test(text)
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(values[name] ?? '')
    return isolate ? `\u2068${value}\u2069` : value
  })
}
