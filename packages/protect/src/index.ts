export type { AccessToken, Claims } from './claims.ts'
export { type FetchGuard, fetchGuard, protect } from './fetch.ts'
export type { Introspection, Needs, Options, ResourceDescription } from './options.ts'
