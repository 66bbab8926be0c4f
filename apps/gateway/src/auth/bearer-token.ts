/** The token of an `Authorization: Bearer …` header (RFC 6750, 2.1); `undefined` for anything else. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(authorization ?? '')?.[1];
}
