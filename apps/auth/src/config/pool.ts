/** The pool of the running service's role. */
export const POOL = Symbol('Pool');
