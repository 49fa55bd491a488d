declare module '*?raw' {
  const text: string
  export default text
}

declare namespace Cloudflare {
  interface Env {
    readonly DB: D1Database
    readonly CODES: KVNamespace
    readonly KEY_ENCRYPTION_SECRET: string
  }
}
