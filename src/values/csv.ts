/**
 * One line of RFC 4180. A spreadsheet runs a cell that starts like a formula: a leading apostrophe makes it text (OWASP, CSV
 * injection). Some treat the wide characters of East Asian keyboards like the usual ones (ASVS 1.2.10).
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Also added if there is an apostrophe already: an export can be read back unchanged. */
function csvCell(value: string): string {
  const harmless = /^'|^\s*[=+\-@]|^[\t\r]/.test(value.normalize('NFKC')) ? `'${value}` : value
  return `"${harmless.replaceAll('"', '""')}"`
}

/** At the beginning of a file: without it Excel does not read it as UTF-8. */
export const byteOrderMark = '\ufeff'

/** The cells of each line that `csvLine` wrote. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [[]]
  for (const [, cell = '', end] of text.matchAll(/"((?:[^"]|"")*)"(,|\r?\n|$)/g)) {
    lines.at(-1)?.push(cell.replaceAll('""', '"').replace(/^'/, ''))
    if (end !== ',') lines.push([])
  }
  return lines.filter((cells) => cells.length > 0)
}
