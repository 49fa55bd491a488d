import type { ClientType, RegisteredGrantType } from '../protocol/client.ts'
import type { Role } from '../protocol/role.ts'

/** What people read for what is stored. */
export const clientTypeNames: Record<ClientType, string> = { confidential: 'Confidential', public: 'Public' }

export const grantTypeNames: Record<RegisteredGrantType, string> = {
  'authorization-code': 'Authorization code',
  'client-credentials': 'Client credentials',
}

export const roleNames: Record<Role, string> = {
  administrator: 'Administrator',
  support: 'Support',
  developer: 'Developer',
  user: 'User',
}
