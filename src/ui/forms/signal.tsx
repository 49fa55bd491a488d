export const signalScript = '/passkeys/signal.js'

/**
 * The passkeys that exist here, or were deleted, for the script that tells the browser (Web Authentication §5.1.10). Nothing is
 * shown.
 */
export function Signal({ of }: { readonly of: unknown }) {
  return <div id="signal" data-signal={JSON.stringify(of)} hidden />
}
