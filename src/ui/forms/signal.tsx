export const signalScript = '/passkeys/signal.js'

/** What the script tells the browser of passkeys that are here, or not any more (Web Authentication §5.1.10). Nothing is shown. */
export function Signal({ of }: { readonly of: unknown }) {
  return <div id="signal" data-signal={JSON.stringify(of)} hidden />
}
