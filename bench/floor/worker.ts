// The floor: the least that an answer costs in this runtime, with the router that Latchkey uses. It is a Worker of its own, so
// nothing that Latchkey does for every request is in it.
import { Hono } from 'hono'

const app = new Hono()
app.get('/', (c) => c.json({ issuer: 'http://127.0.0.1', note: 'static' }))

export default app
