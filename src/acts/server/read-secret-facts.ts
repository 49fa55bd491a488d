import type { SecretFacts } from '../../rules/server/secrets.ts'
import { idOfSecret } from '../../secrets/derived-keys.ts'
import { hasOpaqueTokens } from '../../store/clients/policy.ts'
import { read } from '../../store/database.ts'
import { findNotedSecret, listSealedElsewhere } from '../../store/server/sealed.ts'
import { countPeopleWithOldCodes } from '../../store/sign-in/recovery-codes.ts'
import type { KeyRing } from '../../values/key-ring.ts'

const mostCounted = 1000

/** The remaining uses of each secret of the ring. `owner`: the last secret that sealed the audit log. */
export async function readSecretFacts(
  db: D1Database,
  ring: KeyRing,
  owner: string | undefined,
): Promise<SecretFacts> {
  const newest = idOfSecret(ring[0])
  const { elsewhere, people, noted, hasOpaque } = await read(db, {
    elsewhere: listSealedElsewhere(db, newest, mostCounted),
    people: countPeopleWithOldCodes(db, newest, mostCounted),
    noted: findNotedSecret(db, newest),
    hasOpaque: hasOpaqueTokens(db),
  })
  const isAuditOld = owner !== undefined && owner !== ring[0]
  return {
    older: ring.length - 1,
    toReseal: (ring.length > 1 ? elsewhere : elsewhere.filter(isOfAnother)).length + (isAuditOld ? 1 : 0),
    people,
    newestSince: noted.since,
    hasOpaque,
  }
}

/** Earlier releases wrote no id of the secret: then it is the only one. */
function isOfAnother({ sealed }: { readonly sealed: string }): boolean {
  return sealed.split('.').length === 3
}
