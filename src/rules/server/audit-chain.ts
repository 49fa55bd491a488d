import { isEqual } from '../../values/equal.ts'
import type { Seconds } from '../../values/time.ts'

/** An event of the audit log, which never changes once it is written. */
export interface AuditedEvent {
  readonly id: string
  readonly at: Seconds
  readonly type: string
  readonly reference: string
  readonly userId: string | undefined
  readonly clientId: string | undefined
  readonly detail: string | undefined
  /** The person an administrative act was done to. Undefined in events of earlier releases. */
  readonly subjectId?: string | undefined
}

/** An event with its place in the chain: `seal` is a MAC over the event, its number and the previous seal. */
export interface SealedEvent extends AuditedEvent {
  readonly number: number
  readonly seal: string
}

/** The end of the chain, and when it was written. */
export interface ChainHead {
  readonly number: number
  readonly seal: string
  readonly sealedAt: Seconds
}

/** The start of a chain whose first events were deleted: the place of the last deleted one, and when that was. */
export interface ChainStart {
  readonly number: number
  readonly seal: string
  readonly retiredAt: Seconds
}

/** A part of the chain, up to this event, that was sealed under an earlier key. That key verifies, and seals nothing new. */
export interface ChainPart {
  readonly number: number
  readonly seal: string
  readonly mac: Mac
}

export const emptyChain: ChainHead = { number: 0, seal: '', sealedAt: 0 }

/** A MAC over a text, under a key outside the database: access to the database alone is not enough to forge a link. */
export type Mac = (text: string) => string

/** The texts begin differently, so that no link can pass as a head or a start. */
export function headText({ number, seal, sealedAt }: ChainHead): string {
  return JSON.stringify(['head', number, seal, sealedAt])
}

export function startText({ number, seal, retiredAt }: ChainStart): string {
  return JSON.stringify(['start', number, seal, retiredAt])
}

function linkText(previous: string, number: number, event: AuditedEvent): string {
  const { id, at, type, reference, userId = '', clientId = '', detail = '', subjectId = '' } = event
  const link = ['link', number, previous, id, at, type, reference, userId, clientId, detail]
  // Without a subject, the form of earlier releases: those seals stay valid.
  return JSON.stringify(subjectId === '' ? link : [...link, subjectId])
}

/** Appends events to a chain, in this order. */
export function chain(mac: Mac, head: ChainHead, events: readonly AuditedEvent[]): readonly SealedEvent[] {
  let { number, seal } = head
  return events.map((event) => {
    number += 1
    seal = mac(linkText(seal, number, event))
    return { ...event, number, seal }
  })
}

/** An event that is written late may be seconds older than its neighbours, never hours. */
const latest: Seconds = 3600

/** Follows a chain from its start, and reports every difference from the seals: one line each, with ids. */
export class ChainCheck {
  readonly #mac: Mac
  readonly #parts: readonly ChainPart[]
  #number = 0
  #seal = ''
  #id = 'the beginning'
  #newest: Seconds = 0

  /** `mac` seals the events after the last of the `parts`, which are sorted by number. */
  constructor(
    mac: Mac,
    start: Pick<ChainStart, 'number' | 'seal'> = emptyChain,
    parts: readonly ChainPart[] = [],
  ) {
    this.#mac = mac
    this.#parts = parts
    this.#number = start.number
    this.#seal = start.seal
  }

  get head() {
    return { number: this.#number, seal: this.#seal }
  }

  /** The next event, in order of number. */
  take(event: SealedEvent): readonly string[] {
    const { id, at, number, seal } = event
    if (number <= this.#number) return [`${id}: inserted: number ${number} is taken`]
    const found = [...this.#gap(event), ...this.#link(event)]
    if (at < this.#newest - latest) found.push(`${id}: inserted later than its time says`)
    this.#number = number
    this.#seal = seal
    this.#id = id
    this.#newest = Math.max(this.#newest, at)
    return found
  }

  #gap({ id, number }: SealedEvent): string[] {
    const missing = number - this.#number - 1
    if (missing === 0) return []
    return [
      `${id}: events were removed before it: ${count(missing)} after ${this.#id}; whether this event was changed can’t be told`,
    ]
  }

  #link(event: SealedEvent): string[] {
    if (event.number !== this.#number + 1) return []
    const part = this.#parts.find(({ number }) => event.number <= number)
    const [link] = chain(part?.mac ?? this.#mac, { ...emptyChain, ...this.head }, [event])
    if (link === undefined || !isEqual(link.seal, event.seal))
      return [`${event.id}: changed after it was sealed, or moved`]
    // The earlier key can seal these events again, but can't change the end of its closed part.
    return part?.number === event.number && !isEqual(part.seal, event.seal)
      ? [`${event.id}: sealed again after its part was closed`]
      : []
  }

  /** After all events: whether the chain ends where its head says. */
  finish(head: ChainHead): readonly string[] {
    if (head.number > this.#number) {
      return [`${this.#id}: events were cut off after it: ${count(head.number - this.#number)}`]
    }
    return head.number === this.#number && !isEqual(head.seal, this.#seal)
      ? [`${this.#id}: changed after it was sealed: the chain ended in another seal`]
      : []
  }
}

function count(events: number): string {
  return events === 1 ? '1 event' : `${events} events`
}
