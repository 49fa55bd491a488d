/**
 * The common form of names that look alike (UTS #39 §4), for the usual lookalikes: letters of Cyrillic and Greek, Latin letters
 * outside of ASCII, the digits 0 and 1 and the capital I, and everything that NFKC makes equal, as fullwidth letters. Not
 * covered: other scripts, and pairs of letters like “rn” and “m”. Two names with one skeleton can't both be taken.
 */
export function skeletonOf(name: string): string {
  return latinOf(name).toLowerCase().replaceAll(/\s+/g, ' ').trim().normalize('NFC')
}

function latinOf(name: string): string {
  // Most names. Normalization does not change them, and they contain three lookalikes.
  if (/^[ -~]*$/.test(name)) return name.replaceAll(/[I1]/g, 'l').replaceAll('0', 'o')
  return [...name.normalize('NFKC').normalize('NFD')]
    .filter((character) => !/\p{Default_Ignorable_Code_Point}/u.test(character))
    .map((character) => latin.get(character) ?? character)
    .join('')
}

/** Each letter of the first text looks like the one at its place in the second. */
const pairs: readonly (readonly [lookalikes: string, letters: string])[] = [
  // Cyrillic
  ['АВЕЅІЈКМНОРСТУХҮѴԌԚԜӀ', 'ABESlJKMHOPCTYXYVGQWl'],
  ['аеѕіјорсухһԁԛԝүѵӏкмнтвгпьбз', 'aesijopcyxhdqwyvlkmhtbrnb63'],
  // Greek
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳ', 'ABEZHlKMNOPTYXCj'],
  ['αγικνορυχϲβητω', 'ayiknopuxcbntw'],
  // Latin outside of ASCII, and lookalikes inside it
  ['ıɑɡɩʏǃ', 'iagiy!'],
  ['I10', 'llo'],
]

const latin = new Map(
  pairs.flatMap(([lookalikes, letters]) =>
    [...lookalikes].map((lookalike, index) => [lookalike, [...letters][index] ?? lookalike] as const),
  ),
)
