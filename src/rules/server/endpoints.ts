import type { Paths } from '../../paths.ts'

/** public/endpoints.json: every endpoint for programs, and the two that browsers are redirected to. */
export interface Endpoints {
  readonly operations: readonly Operation[]
  /** Parameters of each grant at the token endpoint. */
  readonly grants: Readonly<Record<string, string>>
  /** As in OpenAPI, except the error codes. */
  readonly components: {
    readonly schemas: { readonly Error: { readonly properties: object }; readonly [name: string]: object }
    readonly [kind: string]: Readonly<Record<string, object>>
  }
  /** The lines of llms.txt. In braces: the issuer, the name of a path, or the list of endpoints. */
  readonly llms: readonly string[]
}

/** The effect of one or more methods of an endpoint, in one sentence, with the specification that defines it. */
export interface Operation {
  readonly endpoint: FixedPath | 'registration'
  readonly methods: readonly ('get' | 'post' | 'put' | 'delete')[]
  readonly summary: string
  readonly specification: string
  /** How a caller authenticates, in one of these ways: names of `components.securitySchemes`. Undefined: not at all. */
  readonly security?: string
  /** Parameters of the query, or of a form. An optional one ends with `?`. */
  readonly parameters?: string
  /** A DPoP proof in the header binds the answer to its key (RFC 9449 §5, §10.1), or is needed with the token (§7). */
  readonly proof?: boolean
  /** The body is the metadata of a client, as JSON. */
  readonly takesMetadata?: boolean
  /** Of the answer. */
  readonly status: number
  /** A name of `components.schemas`; for other answers `Text`, `Redirect` or `Nothing`. */
  readonly schema: string
}

type FixedPath = { [Name in keyof Paths]: Paths[Name] extends string ? Name : never }[keyof Paths]

/** The operations of each path, as OpenAPI writes it. */
export function operationsByPath({ operations }: Endpoints, paths: Paths): Map<string, Operation[]> {
  return Map.groupBy(operations, ({ endpoint }) =>
    endpoint === 'registration'
      ? paths.registration(':client_id').replace(':client_id', '{client_id}')
      : paths[endpoint],
  )
}
