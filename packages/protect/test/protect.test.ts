import { describe, it } from 'vitest'
import { groups } from './cases/index.ts'

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    for (const [name, run] of Object.entries(cases)) it(name, run)
  })
}
