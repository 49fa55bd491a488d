/** The first bytes of pictures, which decide their type. */

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part])),
  )
const big = (value: number, size: number) =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) & 255)
const little = (value: number, size: number) => big(value, size).reverse()

export const png = (width = 64, height = 64) =>
  bytes([0x89], 'PNG\r\n\x1a\n', big(13, 4), 'IHDR', big(width, 4), big(height, 4), [8, 6, 0, 0, 0])

export const jpeg = (width = 64, height = 64) =>
  bytes(
    [0xff, 0xd8],
    [0xff, 0xe0, 0, 16],
    'JFIF\0',
    Array(9).fill(0),
    [0xff, 0xc0, 0, 17, 8],
    big(height, 2),
    big(width, 2),
    Array(10).fill(0),
  )

const webp = (...chunk: readonly (string | readonly number[])[]) =>
  bytes('RIFF', little(1000, 4), 'WEBP', ...chunk, Array(20).fill(0))

export const webps = {
  lossy: (width = 64, height = 64) =>
    webp('VP8 ', little(100, 4), [0, 0, 0, 0x9d, 0x01, 0x2a], little(width, 2), little(height, 2)),
  lossless: (width = 64, height = 64) =>
    webp('VP8L', little(100, 4), [0x2f], little((width - 1) | ((height - 1) << 14), 4)),
  extended: (width = 64, height = 64) =>
    webp('VP8X', little(10, 4), [0, 0, 0, 0], little(width - 1, 3), little(height - 1, 3)),
}

/** Invalid or unwanted pictures. */
export const hostilePictures: Readonly<Record<string, readonly [Uint8Array, string]>> = {
  'an SVG with a script': [
    bytes('<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"><script>1</script></svg>'),
    'not a PNG',
  ],
  'a page': [bytes('<!doctype html><script>document.title=1</script>'), 'not a PNG'],
  'a GIF': [bytes('GIF89a', little(64, 2), little(64, 2), [0, 0, 0]), 'not a PNG'],
  'a page that starts like a JPEG': [bytes([0xff, 0xd8, 0xff], '<script>1</script>'), 'not a PNG'],
  'the beginning of a PNG': [png().slice(0, 18), 'not a PNG'],
  'a JPEG without a frame': [bytes([0xff, 0xd8], [0xff, 0xe0, 0, 4, 0, 0], [0xff, 0xd9, 0, 0]), 'not a PNG'],
  'a JPEG whose segment has no length': [
    bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0], Array(400).fill(0)),
    'not a PNG',
  ],
  'a PNG of a billion pixels': [png(65_535, 65_535), '65535 × 65535'],
  'a PNG of one pixel': [png(1, 1), '1 × 1'],
  'a WebP that is too wide': [webps.extended(4096, 64), '4096 × 64'],
  'a picture that is too large': [Buffer.concat([png(), Buffer.alloc(65_536)]), 'too large'],
  'a file that is far too large': [Buffer.concat([png(), Buffer.alloc(500_000)]), 'too large'],
  nothing: [new Uint8Array(), 'Choose a file'],
}
