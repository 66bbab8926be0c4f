const COLORS = 10;

/** The class that gives a service its colour: the same in every view as long as no service is added. */
export function serviceColors(services: readonly string[]): (service: string) => string {
  const sorted = [...new Set(services)].sort();
  return (service) => `color-${Math.max(0, sorted.indexOf(service)) % COLORS}`;
}
