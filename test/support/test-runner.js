// In JavaScript: Jest would turn a TypeScript file here, and all that it imports, into CommonJS first.
export { runFile as default } from './run-file.ts';
