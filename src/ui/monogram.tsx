/** The first letter of a name, for the eye; who listens hears the name itself. */
export function Monogram({ name }: { readonly name: string }) {
  const [first = ''] = name
  return (
    <span class="monogram" aria-hidden="true">
      {first.toUpperCase()}
    </span>
  )
}
