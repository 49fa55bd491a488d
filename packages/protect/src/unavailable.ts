/** The authorization server could not be reached. This says nothing about the token: the answer is 503, never 401. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
