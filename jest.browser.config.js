import base from './jest.config.js';

/** The tests in a real browser: `npm run test:browser`. They need a Chromium, by CHROMIUM_PATH or where Debian has it. */
/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
};
