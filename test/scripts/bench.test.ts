import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chart } from '../../bench/chart.ts'
import { parseAnswer } from '../../bench/driver/connection.ts'
import { readForm } from '../../bench/driver/form.ts'
import type { Timed } from '../../bench/driver/rounds.ts'
import { priceOf } from '../../bench/prices.ts'
import { table } from '../../bench/report.ts'
import { resultsOf } from '../../bench/results.ts'
import { selfTimes } from '../../bench/servers/inspector.ts'
import { median, quantile, ratioOf, rounded } from '../../bench/statistics.ts'

describe('statistics of the benchmark', () => {
  it('takes percentiles by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
    assert.deepEqual([quantile(hundred, 0), quantile(hundred, 0.5), quantile(hundred, 0.99)], [1, 50, 99])
    assert.deepEqual([quantile(hundred, 1), quantile([7], 0.99)], [100, 7])
    assert.ok(Number.isNaN(quantile([], 0.5)))
  })

  it('takes the mean of the two in the middle', () => {
    assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])], [2, 2.5, 5])
    assert.ok(Number.isNaN(median([])))
  })

  it('compares round by round, so that a slow round affects both sides', () => {
    // The machine was three times slower in the second round: the means would say 2.33.
    assert.deepEqual(ratioOf([2, 6, 2], [1, 3, 1]), { median: 2, low: 2, high: 2 })
    assert.deepEqual(ratioOf([1, 4], [1, 2]), { median: 1.5, low: 1, high: 2 })
  })

  it('leaves out a round in which nothing was measured', () => {
    assert.equal(ratioOf([2, 5, Number.NaN], [1, 0, 1]).median, 2)
    assert.ok(Number.isNaN(ratioOf([1], []).median))
  })

  it('shows three digits', () => {
    assert.deepEqual([0.04567, 1.2345, 12.345, 1234.5, 0, Number.NaN].map(rounded), [
      '0.046',
      '1.23',
      '12.3',
      '1235',
      '0',
      '–',
    ])
  })
})

describe('results of the benchmark', () => {
  const sample = (cpu: number, p50 = cpu) => ({
    flows: 1,
    failures: 0,
    cpu,
    perSecond: 1,
    p50,
    p99: 1,
    elsewhere: 0,
  })
  const timed = (cpus: Readonly<Record<string, number>>): Timed => {
    const rounds = Object.entries(cpus).map(
      ([server, cpu]) => [server, [sample(cpu), sample(2 * cpu)]] as const,
    )
    return { busy: Object.fromEntries(rounds), alone: Object.fromEntries(rounds) }
  }
  const counts = {
    d1Calls: 1,
    statements: 3,
    rowsRead: 0,
    rowsWritten: 0,
    d1Bytes: 0,
    kvCalls: 0,
    kvReads: 0,
    kvBytes: 0,
  }
  const counted = new Map([['account', { ...counts, requests: 1, bytes: 1 }]])

  it('cost what Cloudflare asks for a million', () => {
    const priced = { requests: 2, rowsRead: 1000, rowsWritten: 3, kvReads: 2, kvCalls: 3 }
    assert.equal(priceOf(priced), 0.6 + 1 + 3 + 1 + 5)
  })

  it('are multiples of the floor and of the ruler', () => {
    const flows = new Map([['refresh', timed({ floor: 1, ruler: 8, latchkey: 10 })]])
    const { floor, flows: results } = resultsOf({}, flows, new Map())
    const [refresh] = results
    assert.equal(floor.cpu, 1.5)
    assert.deepEqual(Object.keys(refresh?.servers ?? {}), ['ruler', 'latchkey'])
    assert.equal(refresh?.servers.latchkey?.floors.median, 10)
    assert.equal(refresh?.servers.latchkey?.rulers.median, 1.25)
    assert.equal(refresh?.servers.latchkey?.aloneRulers.median, 1.25)
  })

  it('compare a page with a floor without the cost of its D1 round trips, but with the answer', () => {
    // The round trips cost 4 floors: an answer with nothing else costs 5.
    const pages = new Map([['account', timed({ floor: 1, replay: 5, latchkey: 7 })]])
    const { pages: results } = resultsOf(
      { latchkey: { counted, kept: 0, recorded: new Map() } },
      new Map(),
      pages,
    )
    assert.equal(results[0]?.tripsInFloors.median, 5)
    assert.equal(results[0]?.figures.floors.median, 7)
    assert.equal(results[0]?.floorsBesides.median, 3)
  })
})

describe('the chart of the benchmark', () => {
  const svg = chart('A <title>', 'in "floors"', [
    { name: 'code & more', bars: [{ name: 'ruler', value: 50, color: 0 }], target: 100 },
    { name: 'nothing', bars: [{ name: 'peer', value: Number.NaN, color: 1 }] },
  ])

  it('has a bar for each figure, as long as its share of the largest', () => {
    assert.equal(svg.match(/<rect /g)?.length, 1)
    const width = Number(/<rect [^>]*width="([\d.]+)"/.exec(svg)?.[1])
    const target = Number(/class="target" d="M([\d.]+) /.exec(svg)?.[1])
    const start = Number(/<rect x="([\d.]+)"/.exec(svg)?.[1])
    assert.equal((target - start) / width, 2)
  })

  it('is well-formed for any names', () => {
    assert.match(svg, /A &lt;title&gt;|A &lt;title>/)
    assert.match(svg, /code &amp; more/)
    assert.ok(!svg.includes('NaN'))
  })
})

describe('the table of the benchmark', () => {
  it('is aligned Markdown that does not repeat the first column', () => {
    assert.equal(
      table(
        ['flow', 'ms'],
        [
          ['refresh', '1.25'],
          ['refresh', '10'],
        ],
      ),
      ['| flow    |   ms |', '| ------- | ---: |', '| refresh | 1.25 |', '|         |   10 |'].join('\n'),
    )
  })
})

describe('the driver of the benchmark', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n'

  it('reads an answer with a length, once it is complete', () => {
    const text = `${head}Content-Length: 5\r\n\r\nhello`
    assert.equal(parseAnswer(Buffer.from(text.slice(0, -1))), undefined)
    const answer = parseAnswer(Buffer.from(text))
    assert.deepEqual([answer?.status, answer?.body, answer?.bytes], [200, 'hello', text.length])
    assert.deepEqual(answer?.setCookies, ['a=1', 'b=2'])
  })

  it('reads an answer in chunks, once the last has arrived', () => {
    const text = `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`
    assert.equal(parseAnswer(Buffer.from(text.slice(0, -5))), undefined)
    assert.equal(parseAnswer(Buffer.from(text))?.body, 'hello')
  })

  it('finds the form with the fields, and its hidden fields', () => {
    const page = `<form action="/logout"><input type="hidden" name="token" value="t"></form>
      <form method="post" action="/login?a=1&amp;b=2">
        <input type="hidden" name="next" value="&quot;x&quot;"><input name="password"></form>`
    assert.deepEqual(readForm(page, ['password']), { action: '/login?a=1&b=2', hidden: { next: '"x"' } })
    assert.throws(() => readForm(page, ['username']), /No form has username/)
  })

  it('counts only running code in a profile', () => {
    const frame = (id: number, functionName: string) => ({
      id,
      callFrame: { functionName, url: '', lineNumber: 0 },
    })
    const nodes = [frame(1, '(idle)'), frame(2, 'work')]
    const times = selfTimes({ nodes, samples: [1, 2, 2, 1], timeDeltas: [100, 20, 30, 100] })
    assert.deepEqual([...times.values()], [50])
  })
})
