declare module 'counted-worker' {
  const worker: { fetch(request: Request, env: object, ctx: ExecutionContext): Response | Promise<Response> }
  export default worker
}
