import { Drawing } from './icons.tsx'

/** Dark modules, row by row. Drawn dark on light in both colour schemes, since cameras need that. */
export function QrCode({
  modules,
  name,
}: {
  readonly modules: readonly (readonly boolean[])[]
  readonly name: string
}) {
  const size = modules.length
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <Drawing viewBox={`0 0 ${size} ${size}`} width="220" height="220" name={name}>
      <g shape-rendering="crispEdges">
        <rect width={size} height={size} fill="#fff" rx="1" />
        <path d={path} fill="#000" />
      </g>
    </Drawing>
  )
}
