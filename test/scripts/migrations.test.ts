import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { readStatements } from '../../scripts/database/migrations.ts'
import { root } from '../../scripts/project.ts'

it('an SQL file is split between statements only: not in a string, a comment or a trigger', async () => {
  const folder = mkdtempSync(path.join(root, '.split-'))
  try {
    const file = path.join(folder, 'odd.sql')
    const trigger = `CREATE TRIGGER t AFTER INSERT ON a BEGIN
      UPDATE a SET b = 'x; -- y';
      DELETE FROM a;
    END`
    const table = `CREATE TABLE a (b TEXT DEFAULT '--;')`
    writeFileSync(
      file,
      `-- One; and a half.\n${table};\n${trigger};\nINSERT INTO a VALUES ('it''s -- one');\n`,
    )
    assert.deepEqual(await readStatements(path.relative(root, file)), [
      `-- One; and a half.\n${table}`,
      trigger,
      `INSERT INTO a VALUES ('it''s -- one')`,
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
