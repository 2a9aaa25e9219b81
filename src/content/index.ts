/**
 * Bytes under the name of their SHA-256: put, get. Small ones lie in PostgreSQL, larger ones as files in DATA_DIR.
 * Words: *hash* (SHA-256, hex). Bytes are flushed before their record is committed, and never change afterwards.
 * Must not know what the bytes mean or who may have them.
 */
export type { Content, ContentStore } from './content.ts';
export { createContentStore } from './content.ts';
