const HEALTH_SERVICE = 'grpc.health.v1.Health/';

/** `epro.auth.v1.AuthService/VerifyToken` from the path `/epro.auth.v1.AuthService/VerifyToken`. */
export function methodName(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

/** Health checks are never traced. */
export function isHealthMethod(method: string): boolean {
  return method.startsWith(HEALTH_SERVICE);
}
