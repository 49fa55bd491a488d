import { meanings } from '../src/meanings.ts'
import { about, type Variables, variables } from '../src/variables.ts'

const names = Object.keys(variables.shape) as (keyof Variables)[]

/** public/settings.json: what each variable is for, for the page that shows them. */
export function settingsFile(): string {
  return `${JSON.stringify(Object.fromEntries(names.map((name) => [name, meaningOf(name)])), null, 2)}\n`
}

function meaningOf(name: keyof Variables): string {
  const { range } = about.get(variables.shape[name]) ?? {}
  return range === undefined ? meanings[name] : `${meanings[name]} In seconds, ${range[0]} to ${range[1]}.`
}

/** docs/configuration.md, from the schema that the Worker parses its variables with. */
export function configurationPage(): string {
  const sections = names.map(describe)
  return `# Configuration

Made from src/variables.ts and src/meanings.ts by \`npm run docs:config\`; a test says when it is out of date.

In development settings stand in \`.dev.vars\`, which the first \`npm start\` makes; in production they are variables (\`[vars]\` in
wrangler.toml) and secrets (\`npx wrangler secret put NAME\`) of the Worker. An empty one is the same as none. With a
missing or wrong one the Worker answers 500 to everything, and its log says which, why, and what would be right.

${sections.join('\n')}
## Rate limits

How many requests one address may send stands in wrangler.toml, under \`[[ratelimits]]\`: what is posted from pages
(\`FORM_LIMIT\`), pages (\`PAGE_LIMIT\`) and the endpoints of clients (\`MACHINE_LIMIT\`). Cloudflare counts for each location, and
approximately: it is a flood guard. Without a binding nothing is limited, and on localhost neither. Who guesses passwords is
stopped by the lock-out, which counts accounts and addresses in D1.
`
}

function describe(name: keyof Variables): string {
  const schema = variables.shape[name]
  const { example, isSecret } = about.get(schema) ?? { example: '' }
  const parsed = schema.safeParse(undefined)
  const facts = [
    isSecret ? 'secret' : 'variable',
    parsed.success ? `default ${parsed.data === undefined ? 'none' : `\`${parsed.data}\``}` : 'required',
    `example ${isSecret ? example : `\`${example}\``}`,
  ]
  return `## ${name}\n\n${facts.join(' · ')}\n\n${meaningOf(name)}\n`
}
