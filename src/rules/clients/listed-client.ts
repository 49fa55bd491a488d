import type { Client } from './client.ts'

/** A client as a list shows it: reading all of it costs more than finding it. */
export interface ListedClient
  extends Pick<
    Client,
    'id' | 'name' | 'type' | 'suspendedAt' | 'approval' | 'trust' | 'registeredBy' | 'lastUsedAt'
  > {
  readonly pkceOptional: boolean
  readonly ownerName: string
  /** Hash of its logo. */
  readonly logo: string | undefined
}
