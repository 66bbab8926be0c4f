export type * from './trace-span.js';
