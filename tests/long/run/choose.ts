import { createHash } from 'node:crypto';

/** The index-th (from 1) of count parts. */
export interface Shard { readonly index: number; readonly count: number }

/** Whether the item at `position` (from 0) of an order belongs to a shard: items are dealt out like cards. */
export function inShard(position: number, { index, count }: Shard): boolean {
  return position % count === index - 1;
}

/**
 * The same items in an order that the seed alone decides. An item's place among the others hangs on its own key: a source
 * that comes or goes does not change the order of the rest.
 * @param keyOf unique among the items.
 */
export function arrange<Item>(items: readonly Item[], seed: number, keyOf: (item: Item) => string): Item[] {
  return items
    .map((item) => ({ item, place: createHash('sha256').update(`${seed} ${keyOf(item)}`).digest('hex') }))
    .sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ item }) => item);
}
