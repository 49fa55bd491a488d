import { html, raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { directionOf } from './words/messages/index.ts'
import { useSpeech } from './words/speech.ts'

/** Drawn on a grid of 24, in the colour of the surrounding text. They only repeat the words. */
const shapes = {
  key: 'M11.5 12H21v3.5M17 12v2.5M11.5 12a4.25 4.25 0 1 1-8.5 0 4.25 4.25 0 0 1 8.5 0Z',
  applications: 'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  play: 'M7 4.5v15l12-7.5z',
  users:
    'M12 9a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM2.5 19.5c.6-3.4 2.9-5 6-5s5.4 1.6 6 5M15.5 5.8a3.5 3.5 0 0 1 0 6.4M18 15.2c1.9.7 3.1 2.1 3.5 4.3',
  shield: 'M12 3.5 19 6v5.5c0 4.2-2.8 7.2-7 9-4.2-1.8-7-4.8-7-9V6z',
  plus: 'M12 5v14M5 12h14',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6 6 18',
  arrow: 'M5 12h14M13 6l6 6-6 6',
  /** The arrow, where text runs from right to left. */
  arrowLeft: 'M19 12H5M11 6l-6 6 6 6',
  warning: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2',
  search: 'M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM15.3 15.3 20 20',
  person: 'M15.5 8.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM5 20c.7-3.7 3.3-5.5 7-5.5s6.3 1.8 7 5.5',
  screen: 'M4 5h16v11H4zM9 20h6M12 16v4',
  clock: 'M20.5 12a8.5 8.5 0 1 1-17 0 8.5 8.5 0 0 1 17 0ZM12 7.5V12l3 2',
  settings: 'M4 7.5h10M18 7.5h2M4 16.5h2M10 16.5h10M16 5v5M8 14v5',
  health: 'M3 12.5h4l2.5-7 5 14 2.5-7h4',
  download: 'M12 4v11M7 10.5l5 5 5-5M4.5 20h15',

  // Kinds of sign-in providers: our own drawings, not their logos.
  github:
    'M7 9v6m10-4c0 3-3 4-8 5M7 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6M17 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M7 15a3 3 0 1 1 0 6 3 3 0 0 1 0-6',
  google: 'M12 12h8a8 8 0 1 1-2.4-5.7',
  microsoft: 'M4 5l7-1v7H4zM14 4l6-1v8h-6zM4 13h7v7l-7-1zM14 13h6v8l-6-1z',
  apple: 'M12 8C4 4 4 12 6 16s4 4 6 3c2 1 4 1 6-3s2-12-6-8c0-2 1-4 3-5',
  gitlab: 'M12 20 3 14 6 4l3 7h6l3-7 3 10z',
  openid: 'M11 5h9v14h-9M4 12h11M11 8l4 4-4 4',
  oauth2: 'M12 4l7 4v8l-7 4-7-4V8zM12 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4',
} as const

export type IconName = keyof typeof shapes

/** Constant markup is built once: building it from elements costs more than all the text around it. */
const drawn = new Map(
  Object.entries(shapes).map(([name, path]) => [
    name,
    raw(
      `<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="${path}"/></svg>`,
    ),
  ]),
)

export function Icon({ name }: { readonly name: IconName }) {
  const isMirrored = name === 'arrow' && directionOf(useSpeech().language) === 'rtl'
  return <>{drawn.get(isMirrored ? 'arrowLeft' : name)}</>
}

interface DrawingProps {
  readonly width: string
  readonly height: string
  readonly viewBox?: string
  /** Its content, for people who can't see it. Without one it only repeats the words. */
  readonly name?: string
  readonly children: Child
}

/** The element `svg`. A template, like the head of a page, and for the same reason. */
export function Drawing({ width, height, viewBox, name, children }: DrawingProps) {
  const box = viewBox === undefined ? '' : html` viewBox="${viewBox}"`
  const role = name === undefined ? html`aria-hidden="true"` : html`role="img" aria-label="${name}"`
  return html`<svg${box} width="${width}" height="${height}" ${role}>${children}</svg>`
}

const latchKey = raw(
  '<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8"/>' +
    '<path d="M15 16.5h11.5V21M21.5 16.5v3.5M15 16.5a4.75 4.75 0 1 1-9.5 0 4.75 4.75 0 0 1 9.5 0Z"/></svg>',
)

/** The brand: the operator's, or a latch-key on a door plate. */
export function Mark({ logo }: { readonly logo?: string | undefined }) {
  return logo !== undefined ? <img class="mark" src={logo} alt="" width="28" height="28" /> : latchKey
}
