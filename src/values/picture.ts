import type { NamedProblem } from './problem.ts'

export const largestLogo = 65_536
const leastSide = 32
const mostSide = 1024

export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const
export type LogoType = (typeof logoTypes)[number]

interface Picture {
  readonly type: LogoType
  readonly width: number
  readonly height: number
}

export const logoTooLarge: NamedProblem = { code: 'logoLarge', most: largestLogo / 1024 }

/** The type by its first bytes, whatever its name. SVG is excluded: it can contain a script. */
export function parseLogo(
  bytes: Uint8Array,
): { readonly type: LogoType } | { readonly problem: NamedProblem } {
  if (bytes.byteLength === 0) return { problem: { code: 'logoMissing' } }
  if (bytes.byteLength > largestLogo) return { problem: logoTooLarge }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const picture = readPicture(view)
  if (picture === undefined) return { problem: { code: 'logoType' } }
  const { type, width, height } = picture
  return [width, height].every((side) => side >= leastSide && side <= mostSide)
    ? { type }
    : { problem: { code: 'logoSize', width, height, least: leastSide, most: mostSide } }
}

/** A file that ends too early is invalid. */
function readPicture(view: DataView): Picture | undefined {
  try {
    return readPng(view) ?? readWebp(view) ?? readJpeg(view)
  } catch {
    return undefined
  }
}

const pngStart = 0x89504e470d0a1a0an

function readPng(view: DataView): Picture | undefined {
  if (view.getBigUint64(0) !== pngStart || tag(view, 12) !== 'IHDR') return undefined
  return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
}

/** Three forms: lossy, lossless, and extended, which contains the canvas size. */
function readWebp(view: DataView): Picture | undefined {
  if (tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WEBP') return undefined
  const type = 'image/webp'
  const low = (at: number) => view.getUint16(at, true)
  switch (tag(view, 12)) {
    case 'VP8 ':
      return { type, width: low(26) & 0x3fff, height: low(28) & 0x3fff }
    case 'VP8L': {
      const sides = view.getUint32(21, true)
      return { type, width: (sides & 0x3fff) + 1, height: ((sides >> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return {
        type,
        width: (view.getUint32(24, true) & 0xffffff) + 1,
        height: (view.getUint32(26, true) >>> 8) + 1,
      }
    default:
      return undefined
  }
}

/** Reads segment after segment up to the frame: its size precedes its data. */
function readJpeg(view: DataView): Picture | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
  }
  return undefined
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4))
}
