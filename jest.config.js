/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These need a Chromium: `npm run test:browser`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
  // Fixtures of running tests (data folders of embedded servers) must not be crawled for modules.
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/migrations'],
  // Node loads TypeScript by itself.
  testRunner: '<rootDir>/test/support/test-runner.js',
  transform: {},
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  testTimeout: 120_000,
  maxWorkers: 2,
  // What finished files keep in their modules stays in memory.
  workerIdleMemoryLimit: '1000MB',
};
