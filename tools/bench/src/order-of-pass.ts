/**
 * The items in another order for each pass, from 0: each comes first in turn, and every second pass goes the other way
 * round, so that none always comes after the same one, whose last spans are still being sent.
 */
export function orderOfPass<Item>(items: readonly Item[], pass: number): Item[] {
  const first = Math.floor(pass / 2) % items.length;
  const order = [...items.slice(first), ...items.slice(0, first)];
  return pass % 2 === 0 ? order : order.reverse();
}
