import type { Paths } from '../../paths.ts'
import { type Endpoints, operationsByPath } from './endpoints.ts'

/** The information that a language model needs to use this server for a person, in the format of llmstxt.org. */
export function llmsText(issuer: string, paths: Paths, endpoints: Endpoints): string {
  const listed = [...operationsByPath(endpoints, paths)].map(([path, operations]) => {
    const methods = operations
      .flatMap(({ methods }) => methods)
      .join(', ')
      .toUpperCase()
    const [first] = operations
    return `- [${methods} ${path}](${issuer}${path}): ${first?.summary} (${first?.specification})`
  })
  const values: Readonly<Record<string, unknown>> = { ...paths, issuer, endpoints: listed.join('\n') }
  return endpoints.llms
    .join('\n')
    .replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}
