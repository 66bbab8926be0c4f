/** A share in percent, rounded down: 100.000 % is said of all, and of nothing less. */
export function formatShare(share: number): string {
  return `${(Math.floor(share * 1e5) / 1e3).toFixed(3)} %`;
}
