declare module 'counted-worker' {
  const worker: {
    fetch(request: Request, env: object, ctx: ExecutionContext): Response | Promise<Response>
    scheduled?(controller: ScheduledController, env: object, ctx: ExecutionContext): Promise<void>
  }
  export default worker
}
