const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The path of a request as it may be recorded: of parameters, only UUIDs are shown, everything else as in the
 * route's template, because people type all kinds of things into addresses. `/*` where no route matched.
 */
export function recordablePath(route: string | undefined, path: string): string {
  if (route === undefined) return '/*';
  if (!route.includes(':')) return route;
  const given = path.split('/');
  return route
    .split('/')
    .map((segment, index) =>
      segment.startsWith(':') && UUID.test(given[index] ?? '') ? (given[index] as string) : segment,
    )
    .join('/');
}
