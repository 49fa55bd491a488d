declare module '*?raw' {
  const text: string
  export default text
}

declare namespace Cloudflare {
  interface Env {
    readonly DB: D1Database
    readonly CODES: KVNamespace
    readonly ASSETS: Fetcher
    readonly KEY_ENCRYPTION_SECRET: string
    readonly FUZZ_REQUESTS: string
    readonly FUZZ_SEED: string
    readonly SCALE_ROWS: string
    /** Statements of SQL files: only Node can split them. */
    readonly MIGRATIONS: readonly { readonly name: string; readonly statements: readonly string[] }[]
    readonly SCHEMA: readonly string[]
    readonly FIRST_ROWS: readonly string[]
    readonly FORM_LIMIT: RateLimit
    readonly PAGE_LIMIT: RateLimit
    readonly MACHINE_LIMIT: RateLimit
  }
}

interface ImportMeta {
  /** Vite's, for this one use: the text of each file. */
  glob(
    pattern: string | readonly string[],
    options: { query: '?raw'; import: 'default'; eager: true },
  ): Record<string, string>
}
