/** Calls under way at once: reading a fleet of 200 queues must not be throttled. */
const AT_ONCE = 10;

/** Maps a list with a few calls at once. The results are in the order of the list; the first error ends it. */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  call: (item: Item, index: number) => Promise<Result>,
  atOnce = AT_ONCE,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  const open = items.entries();
  const worker = async () => {
    for (const [index, item] of open) {
      results[index] = await call(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
