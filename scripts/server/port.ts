import { connect, createServer } from 'node:net'

/** Whether nothing listens there, by IPv4 or IPv6: a browser may use either for `localhost`. */
export async function isPortFree(port: number): Promise<boolean> {
  // 0 lets the system choose.
  if (port === 0) return true
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => canConnect(host, port)))
  return !answers.includes(true) && canListen(port)
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    const answer = (connected: boolean) => () => {
      socket.destroy()
      resolve(connected)
    }
    socket.on('connect', answer(true)).on('error', answer(false)).on('timeout', answer(false))
  })
}

/** A process may occupy a port without answering there. */
function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
