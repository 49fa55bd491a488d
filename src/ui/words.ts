import type { ClientType, RegisteredGrantType } from '../protocol/client.ts'

/** What people read for what is stored. */
export const clientTypeNames: Record<ClientType, string> = { confidential: 'Confidential', public: 'Public' }

export const grantTypeNames: Record<RegisteredGrantType, string> = {
  'authorization-code': 'Authorization code',
  'client-credentials': 'Client credentials',
}
