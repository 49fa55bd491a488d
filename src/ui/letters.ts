import type { Letter } from './letter.tsx'

/** What every letter says: which server, to whom, and from where somebody asked. */
export interface Occasion {
  readonly issuer: string
  readonly username: string
  /** Like “Firefox on Windows, 203.0.113.7”. */
  readonly asker: string
}

const oneHour = 'The link works once, within an hour.'

export function passwordResetLetter({ issuer, username, asker }: Occasion, url: string): Letter {
  return {
    subject: 'Choose a new password',
    parts: [
      `Hello ${username},`,
      `Somebody asked for a new password for your account at ${issuer}. It came from: ${asker}.`,
      { label: 'Choose a new password', url },
      oneHour,
      'It was not you? Then do nothing. Your password stays as it is.',
    ],
  }
}

export function passwordWasResetLetter({ issuer, username, asker }: Occasion, resetUrl: string): Letter {
  return {
    subject: 'Your password was changed',
    parts: [
      `Hello ${username},`,
      `The password of your account at ${issuer} was changed by a link that we mailed to you. You are signed out everywhere. It came from: ${asker}.`,
      'It was not you? Then somebody reads your mail. Secure your mailbox first, then choose a new password here.',
      { label: 'Choose a new password', url: resetUrl },
    ],
  }
}

export function signUpLetter({ issuer, username, asker }: Occasion, url: string): Letter {
  return {
    subject: 'Confirm your email address',
    parts: [
      `Hello ${username},`,
      `Somebody created the account ${username} at ${issuer} with this address. It came from: ${asker}.`,
      { label: 'Confirm the address', url },
      oneHour,
      'It was not you? Then do nothing. Without the link nobody can claim that the address is theirs.',
    ],
  }
}

export function emailLinkLetter({ issuer, username, asker }: Occasion, url: string): Letter {
  return {
    subject: 'Confirm your email address',
    parts: [
      `Hello ${username},`,
      `This address was given for the account ${username} at ${issuer}. It came from: ${asker}.`,
      { label: 'Confirm the address', url },
      oneHour,
      'It was not you? Then do nothing. Without the link the address is not theirs.',
    ],
  }
}

/** To the address that is about to be replaced. */
export function emailChangeNotice({ issuer, username, asker }: Occasion, resetUrl: string): Letter {
  return {
    subject: 'Your email address is about to change',
    parts: [
      `Hello ${username},`,
      `Somebody asked to use another address for your account at ${issuer}. It came from: ${asker}. Once the new address is confirmed, this one is not used any more.`,
      'It was not you? Then somebody else is signed in as you. Choose a new password now: that signs them out, and their link stops working.',
      { label: 'Choose a new password', url: resetUrl },
    ],
  }
}

/** To the address that an administrator replaced. Where the administrator sits is nobody's business. */
export function emailReplacedNotice(issuer: string, username: string): Letter {
  return {
    subject: 'Your email address was changed',
    parts: [
      `Hello ${username},`,
      `An administrator of ${issuer} took this address out of your account. Mail about the account does not come here any more.`,
      'You did not expect that? Then ask the people who run the server.',
    ],
  }
}

/** To whoever proved an address that somebody else gave for an account. */
export function emailTakenNotice({ issuer, username, asker }: Occasion, resetUrl: string): Letter {
  return {
    subject: 'You already have an account',
    parts: [
      `Hello ${username},`,
      `Somebody gave this address for another account at ${issuer}. It came from: ${asker}. It stays with your account, ${username}.`,
      'Was it you? Then sign in as before. If you forgot your password, choose a new one.',
      { label: 'Choose a new password', url: resetUrl },
      'It was not you? Then do nothing.',
    ],
  }
}

export function lockedNotice({ issuer, username, asker }: Occasion, resetUrl: string): Letter {
  return {
    subject: 'Somebody tried to sign in as you',
    parts: [
      `Hello ${username},`,
      `Five wrong passwords in a row were given for your account at ${issuer}. The last came from: ${asker}. From now on there is a wait between two tries, of a quarter of an hour at most.`,
      'It was you? Then wait a moment, or choose a new password: that opens your account at once.',
      { label: 'Choose a new password', url: resetUrl },
      'It was not you? Nobody got in. If you use your password elsewhere too, choose a new one.',
    ],
  }
}

/** To somebody whose factors an administrator reset. */
export function factorsResetNotice(
  { issuer, username }: Pick<Occasion, 'issuer' | 'username'>,
  accountUrl: string,
): Letter {
  return {
    subject: 'Your second factor was reset',
    parts: [
      `Hello ${username},`,
      `An administrator of ${issuer} removed the authenticator app, the recovery codes and the passkeys of your account. Sign in, and set them up again.`,
      { label: 'Your account', url: accountUrl },
      'You did not ask for it? Then tell the people who run it at once, and change your password.',
    ],
  }
}

export function invitationLetter(
  { issuer, inviter }: { readonly issuer: string; readonly inviter: string },
  url: string,
): Letter {
  return {
    subject: 'You are invited',
    parts: [
      'Hello,',
      `${inviter} invites you to create an account at ${issuer}.`,
      { label: 'Create your account', url },
      'The link works once, within seven days. If you do not know who that is, do nothing.',
    ],
  }
}
