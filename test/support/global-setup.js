// In JavaScript: Jest would turn a TypeScript file here, and all that it imports, into CommonJS first.
export { setUp as default } from './run.ts';
