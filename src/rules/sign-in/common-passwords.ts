/**
 * The first guesses of an attacker: the most common passwords of an allowed length. Their core is compared, so that
 * `Password1!` counts as `password`.
 */
const common = new Set(
  `password passwort motdepasse contrasena contraseña senha parola wachtwoord passw0rd pa55word p4ssw0rd password1234 passwordpassword
  12345678 123456789 1234567890 12345678910 0123456789 123123123 12341234 123454321 1234554321 87654321 987654321 9876543210
  11111111 00000000 22222222 55555555 66666666 77777777 88888888 99999999 11223344 112233445566 1122334455 12121212 10203040
  102030405060 13131313 14789632 147258369 159753456 159357456 741852963 789456123 963852741 321321321 456456456 789789789
  qwertyuiop qwertyui qwerty123456 qwertyqwerty qwertz qwertzuiop azerty azertyuiop asdfghjkl asdfghjk asdfasdf asdf1234 asdfqwer
  zxcvbnm zxcvbnm123 zaq12wsx zaq1zaq1 zaq1xsw2 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1qaz1qaz 2wsx3edc q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6
  1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e 1234qwer qwer1234 qwe123qwe 123qweasd 123qweasdzxc qweasdzxc qazwsxedc qazwsx qwaszx
  qweqweqwe asdasdasd zxczxczxc abcdefgh abcdefghi abcdefghij abcd1234 abc12345 abc123456 a1b2c3d4 a1b2c3d4e5 aabbccdd aa123456
  a12345678 a123456789 1a2b3c4d 123abc456 1234abcd abcabcabc aaaaaaaa a1234567 q1234567 test1234 testtest testtesttest testing
  tester123 admin123 administrator adminadmin rootroot toortoor changeme changeit default letmein letmeinnow welcome welcome1
  secret secretsecret topsecret whatever nopassword mypassword master access login opensesame sesame trustno1 superman
  spiderman batman ironman wolverine pokemon starwars startrek skywalker darthvader gandalf voldemort harrypotter minecraft
  nintendo playstation dragon dragonball samsung samsung1 microsoft google facebook instagram
  whatsapp linkedin internet computer football baseball basketball softball volleyball hockey soccer liverpool chelsea arsenal
  barcelona realmadrid juventus manchester cowboys steelers yankees lakers redsox packers patriots eagles
  iloveyou iloveyou2 iloveyouu iloveme iloveu loveyou lovelove lovely loveme babygirl princess sunshine butterfly flower
  blessed blessing jesuschrist jesus christ heaven angel angels shadow shadow12 monkey monkey123 chocolate cheese cookie
  cupcake strawberry banana summer winter spring autumn monday friday january february september october november
  december jennifer jessica michelle michael charlie anthony alexander alexandra elizabeth stephanie samantha victoria veronica
  benjamin christian christopher jonathan nicholas nathaniel patricia danielle gabriel gabriela isabella sebastian valentina
  fernando francisco alejandro alejandra estrella tequiero teamo mariposa bonita hello hellohello hello123 helloworld
  hallo hallohallo schatz schalke fussball bonjour soleil doudou chouchou marseille qwerty1 killer hunter ranger
  mustang mercedes porsche ferrari lamborghini harley yamaha motorola blink182 metallica
  beautiful fuckyou fuckoff asshole bullshit midnight diamond crystal phoenix tigger snoopy garfield mickey mickeymouse
  pokemon1 bubbles sweety sweetheart precious forever freedom america newyork london canada australia germany india
  geheim geheimnis lozinka heslo haslo haslo123 passpass pass1234 pass12345 passw0rd1 p@ssword p@ssw0rd
  p@ssw0rd1 pa$$word pa$$w0rd latchkey latchkeylatchkey`.split(/\s+/),
)

/**
 * Whether it is one of those, unchanged or with a suffix that people add to satisfy a rule. `personal`: names that are as easy
 * to guess.
 */
export function isCommonPassword(password: string, personal: readonly (string | undefined)[]): boolean {
  const whole = fold(password)
  const core = whole.replace(/[^\p{L}]+$/u, '')
  const known = personal.flatMap((text = '') => [fold(text), fold(text.replace(/@.*/, ''))])
  const isKnown = (text: string) => text !== '' && (common.has(text) || known.includes(text))
  return new Set(whole).size < 3 || isKnown(whole) || isKnown(core)
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
