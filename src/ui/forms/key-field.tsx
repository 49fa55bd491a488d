import { Fact, Facts } from '../facts.tsx'
import { Field, type FieldProps } from './fields.tsx'

/** The value that others refer to an entry by: typed for a new one, and never changed afterwards. */
export function KeyField({ isNew, ...field }: FieldProps & { readonly isNew: boolean }) {
  if (isNew) return <Field {...field} required />
  return (
    <div class="field">
      <Facts>
        <Fact name={field.label}>
          <code>{field.value}</code>
        </Fact>
      </Facts>
    </div>
  )
}
