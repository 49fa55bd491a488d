import type { Site } from '../../ui/site.ts'
import { nameOfEvent } from './audit/event-names.ts'

/** The name of the event that a completed act has recorded, from the URL; undefined for any other text. */
export function savedText(site: Site<'admin'>, saved: string | undefined): string | undefined {
  if (saved === undefined || saved === '') return undefined
  const name = nameOfEvent(site, saved)
  return name === saved ? undefined : name
}
