import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { root } from '../../scripts/project.ts'
import type { Visitor } from '../scripts/visitor.ts'

/** mcp-remote, unmodified: a host that can only start programs calls a server elsewhere through it. */
export class Remote {
  /** The addresses that it printed for the person, in order. */
  readonly asked: URL[] = []
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'latchkey-mcp-remote-'))
  readonly #client = new Client({ name: 'host', version: '1.0.0' })
  readonly #args: readonly string[]
  readonly #person: Visitor
  #said = ''

  /** `args`: the URL of the MCP server, and more of its own arguments. */
  constructor(person: Visitor, args: readonly string[]) {
    this.#person = person
    this.#args = args
  }

  async connect(): Promise<void> {
    // It opens a browser with `open` on macOS, and with $BROWSER on Linux. The person here reads what it prints.
    const browser = path.join(this.#folder, 'open')
    writeFileSync(browser, '#!/bin/sh\n', { mode: 0o755 })
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [path.join(root, 'node_modules/mcp-remote/dist/proxy.js'), ...this.#args],
      stderr: 'pipe',
      env: {
        BROWSER: browser,
        MCP_REMOTE_CONFIG_DIR: path.join(this.#folder, 'state'),
        PATH: `${this.#folder}${path.delimiter}${process.env.PATH}`,
      },
    })
    assert.ok(transport.stderr instanceof PassThrough)
    const visited = this.#follow(transport.stderr)
    await Promise.all([visited, this.#client.connect(transport)]).catch((error: unknown) => {
      assert.fail(`${error}\n${this.#said}`)
    })
  }

  call(name: string): Promise<unknown> {
    return this.#client.callTool({ name })
  }

  async close(): Promise<void> {
    await this.#client.close()
    rmSync(this.#folder, { recursive: true })
  }

  /** Visits the first address that it prints. Ends once the person has answered there. */
  #follow(stderr: PassThrough): Promise<void> {
    return new Promise((resolve, reject) => {
      const lines = createInterface({ input: stderr })
      lines.on('line', (line) => {
        this.#said += `${line}\n`
        const [, url] = /^(?:\[\d+\])?\s*(http\S+\/o\/(?:authorize|device)\?\S+)$/.exec(line) ?? []
        if (url === undefined) return
        this.asked.push(new URL(url))
        if (this.asked.length === 1) this.#visit(url).then(resolve, reject)
      })
      lines.on('close', () => (this.asked.length === 0 ? resolve() : undefined))
      // Client credentials need no person.
      if (this.#args.includes('--client-credentials')) resolve()
    })
  }

  async #visit(url: string): Promise<void> {
    let page = await this.#person.request(url)
    const user_code = new URL(url).searchParams.get('user_code')
    if (user_code !== null) page = await this.#person.submit(page, { user_code })
    const answer = await this.#person.submit(page, { decision: 'authorize' })
    if (user_code !== null) return assert.equal(answer.status, 303, await answer.text())
    const callback = await fetch(answer.headers.get('location') ?? '')
    assert.equal(callback.status, 200, await callback.text())
  }
}
