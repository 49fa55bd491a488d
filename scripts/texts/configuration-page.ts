import { fillText } from '../../src/ui/words/fill-text.ts'
import { type Variable, type VariableName, variableNames, variables } from '../../src/variables.ts'

/** The descriptions on the administrators' page, in English. */
export interface SettingTexts {
  readonly meanings: Readonly<Record<VariableName, string>>
  readonly range: string
  readonly numbers: string
}

/** docs/configuration.md, from the table of the Worker's variables. */
export function configurationPage(texts: SettingTexts): string {
  const sections = variableNames.map((name) => describe(name, texts))
  return `# Configuration

Generated from src/variables.ts and public/messages/admin/en.json by \`npm run docs:config\`; a test fails when it is out of date.

In development settings are in \`.dev.vars\`, which the first \`npm start\` creates; in production they are variables (\`[vars]\` in
wrangler.toml) and secrets (\`npx wrangler secret put NAME\`) of the Worker. An empty one counts as unset. While one is
missing or invalid the Worker answers 500 to everything, and its log names the setting, the reason, and an example.

${sections.join('\n')}
## Rate limits

The limits of requests per address are in wrangler.toml, under \`[[ratelimits]]\`: form submissions
(\`FORM_LIMIT\`), pages (\`PAGE_LIMIT\`) and the endpoints of clients (\`MACHINE_LIMIT\`). An IPv6 site (/48)
has ten times as much (\`FORM_SITE_LIMIT\` and so on). Without a binding nothing is limited, nor on localhost.

They stop floods, and no other rule depends on them: [Cloudflare counts](https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/)
separately in each of its locations, and approximately. An address in one place has one budget; a caller from ten locations
has ten. Limits that must apply to all locations are counted in D1, once for the whole server:

| what | counted for |
| --- | --- |
| passwords | a browser that the account knows, an address block at an account, all other browsers at an account, an address block at all accounts |
| codes of a second factor, recovery codes | a browser that the account knows, an address block at an account, all other browsers at an account |
| requested mails | a browser that the account knows, an address block and its input, a mailbox, an address block |
| accounts that people create | an address block and day (\`SIGN_UPS_PER_NETWORK\`) |
| sign-ups with taken usernames | an address block |
| codes that people type for a device | a person |
| requests of devices, and clients that register themselves | an address block |
| changes per day (\`CHANGES_PER_DAY\`), and the things that one person can own | a person |

Cloudflare's own rules for a zone (WAF rate limiting) count in each location, too.
`
}

function describe(name: VariableName, texts: SettingTexts): string {
  const { example, preset, isRequired, isSecret, range, numbers }: Variable = variables[name]
  const [least, most] = range ?? numbers ?? []
  const bounds = range === undefined ? numbers && texts.numbers : texts.range
  const meaning = texts.meanings[name]
  const facts = [
    isSecret ? 'secret' : 'variable',
    isRequired ? 'required' : `default ${preset === undefined ? 'none' : `\`${preset}\``}`,
    `example ${isSecret ? example : `\`${example}\``}`,
  ]
  return `## ${name}\n\n${facts.join(' · ')}\n\n${meaning}${bounds === undefined ? '' : ` ${fillText(bounds, { least, most })}`}\n`
}
