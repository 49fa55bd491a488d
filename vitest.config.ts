import path from 'node:path'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig, type Plugin } from 'vitest/config'
import { readMigrations, readStatements } from './scripts/database/migrations.ts'

/**
 * Leaves out the source maps of files whose path contains `part`. Each test file starts a Worker of its own and is sent all modules
 * with their maps, which are more than half of the bytes. They only give the lines of an error's stack.
 */
const withoutMaps = (part: string): Plugin => ({
  name: `without maps: ${part}`,
  enforce: 'post',
  transform: (code, id) =>
    id.includes(part) ? { code, map: { version: 3, sources: [], names: [], mappings: '' } } : undefined,
})

export default defineConfig({
  plugins: [
    withoutMaps('/node_modules/'),
    ...(process.env.CI === undefined ? [] : [withoutMaps('/src/')]),
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
  // As in production: without the line and column of each element.
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx', development: false } },
  test: {
    include: ['test/**/*.test.ts', 'packages/*/test/*.test.ts'],
    // Its check runs after every file.
    setupFiles: ['test/texts-of-numbers.ts'],
    exclude: ['test/e2e/**', 'test/scripts/**', 'test/mcp/**', 'test/clients/**'],
    // By default one core stays unused: of two, half.
    maxWorkers: '100%',
    silent: 'passed-only',
    // For a slow machine: no test measures time.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
