import type { CDPSession, Page } from 'playwright-core'

/** The browser's virtual authenticator (WebAuthn Automation, over CDP): it confirms as soon as it is asked. */
export interface Device {
  readonly cdp: CDPSession
  readonly id: string
}

export async function plugIn(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, id }
}

export async function keysOf({ cdp, id }: Device) {
  return (await cdp.send('WebAuthn.getCredentials', { authenticatorId: id })).credentials
}

/** Disables autofill for passkeys: otherwise the device would answer before the button is pressed. */
export async function withoutAutofill(page: Page): Promise<Page> {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  return page
}
