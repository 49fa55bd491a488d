import type { RemoteFinding, RemoteFix, RemoteFound, RemoteSubject } from '../../src/rules/server/finding.ts'
import { type FindingTexts, findingText } from '../../src/ui/words/finding-text.ts'
import { adminTexts } from './admin.ts'

const { health } = adminTexts

/** The texts of the administrators' page, and those of findings from outside. */
const texts: FindingTexts<RemoteSubject, RemoteFound, RemoteFix> = {
  subjects: {
    ...health.subjects,
    settings: '.dev.vars',
    transport: 'Transport',
    clock: 'Clock',
    mail: 'Test mail',
  },
  found: {
    ...health.found,
    noMetadata: '{asked} publishes no metadata',
    otherIssuer: 'The server at {asked} says that it is {issuer}',
    notHttps: 'Not https',
    keysPublished: '{count} published',
    keysUnpublished: 'No keys are published',
    corsRefused: 'An unknown origin is refused at the token endpoint',
    clock: 'Agrees with the server’s',
    clockOff: 'This one is {seconds} s off',
    settingUnknown: '{name} is not a setting',
    settingMistyped: '{name} is not a setting. Did you mean {near}?',
    mailTaken: 'Handed over for {value}: see whether it arrives',
    mailRefused: '{reason}',
    mailStays: 'With MAILER={mailer} no mail leaves this machine',
    mailElsewhere: 'Mails of {origin} are sent from there',
  },
  fixes: {
    ...health.fixes,
    secretBack: `Restore the earlier KEY_ENCRYPTION_SECRET in .dev.vars. If it is lost, new keys are created, and every token becomes invalid: npx wrangler d1 execute DB --local --command 'DELETE FROM signing_keys'`,
    correctSetting: 'Correct the name, and start again',
    seeSettings: 'docs/configuration.md lists them all',
    isDeployed: 'Is it deployed, and does this domain lead to the Worker? Does ISSUER name the same host?',
    setIssuer: 'Set ISSUER to the origin where it is reached',
    useHttps: 'Use an https issuer',
    openKeys: 'Look at the log: can KEY_ENCRYPTION_SECRET decrypt them?',
    setMail: 'Check MAIL_FROM, MAIL_API_URL and MAIL_API_TOKEN',
    sendThere: 'An administrator sends one at /admin/health and sees the result',
    setClock: 'Set this machine’s clock: its tokens may seem expired, or not yet valid',
  },
}

export const inWords = (finding: RemoteFinding) => findingText(texts, 'en', finding)
