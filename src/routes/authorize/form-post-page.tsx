import { Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface FormPostPageProps {
  readonly site: Site
  readonly action: string
  readonly fields: ReadonlyMap<string, string>
}

/** OAuth 2.0 Form Post Response Mode §2. A script presses the button; without scripts the person does. */
export function FormPostPage({ site, action, fields }: FormPostPageProps) {
  const { formPost: messages } = site.messages
  return (
    <Layout site={site} title={messages.title} width="narrow" plainScript="/form-post.js">
      <h1>{messages.heading}</h1>
      <p>{messages.text}</p>
      <form method="post" action={action} id="form-post">
        {[...fields].map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit">{messages.submit}</button>
      </form>
    </Layout>
  )
}
