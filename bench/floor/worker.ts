// The floor: the minimum cost of an answer in this runtime, with Latchkey's router. It is a separate Worker, without any of
// Latchkey's work per request.
import { Hono } from 'hono'

const app = new Hono()
app.get('/', (c) => c.json({ issuer: 'http://127.0.0.1', note: 'static' }))

export default app
