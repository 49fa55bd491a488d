import type { Paths } from '../paths.ts'

/** What every page knows: where things are, who is looking, and what makes its forms valid. */
export interface Site {
  readonly paths: Paths
  readonly issuer: string
  readonly viewer: Viewer | undefined
  readonly formToken: string
  readonly reference: string
}

export interface Viewer {
  readonly username: string
  readonly isAdministrator: boolean
}
