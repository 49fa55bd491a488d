import path from 'node:path'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { readMigrations, readStatements } from './scripts/migrations.ts'

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          KEY_ENCRYPTION_SECRET: 'only-for-tests-only-for-tests-only-for-tests',
          FUZZ_REQUESTS: process.env.FUZZ_REQUESTS ?? '1000',
          SCALE_ROWS: process.env.SCALE_ROWS ?? '5000',
          FUZZ_SEED: process.env.FUZZ_SEED ?? '1',
          MIGRATIONS: await readMigrations(),
          SCHEMA: await readStatements('schema.sql'),
          FIRST_ROWS: await readStatements('test/first-release/rows.sql'),
        },
      },
    }),
  ],
  // The same password hash is not computed for every sign-in of a test file.
  resolve: { alias: { 'argon2id/lib/setup.js': path.resolve('test/argon2id.ts') } },
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/*.test.ts'],
    // Its check runs after every file.
    setupFiles: ['test/texts-of-numbers.ts'],
    exclude: ['test/e2e/**', 'test/scripts/**', 'test/mcp/**', 'test/clients/**'],
    // By default one core stays unused: of two, half.
    maxWorkers: '100%',
    silent: 'passed-only',
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
})
