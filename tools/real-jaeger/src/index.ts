export { findJaegerBinary, NO_JAEGER } from './find-jaeger-binary.js';
export { startJaeger, type JaegerOptions, type RunningJaeger } from './start-jaeger.js';
