import { importPKCS8 } from 'jose'

/** Whether it is a private key that signs ES256, as Apple gives to developers (PKCS #8, PEM). */
export async function isAppleKey(pem: string): Promise<boolean> {
  try {
    await importPKCS8(pem, 'ES256')
    return true
  } catch {
    return false
  }
}
