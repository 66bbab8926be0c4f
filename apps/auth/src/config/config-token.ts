export const CONFIG = Symbol('AuthConfig');
