import { clientReads, clientWrites } from "../exchanges.ts";
import type { Peer, PeerDefinition } from "../peer.ts";
import { type Row, STANDARD_AND_FIFO, type Suite, suite } from "../row.ts";

/** A client that knows nothing of large payloads: they are offloaded and fetched by hand, with its own calls of S3. */
export function plainClient(client: string, definition: PeerDefinition): Suite {
  const rows: Row<Peer>[] = [];
  for (const via of ["queue", "topic"] as const) {
    for (const fifo of STANDARD_AND_FIFO) {
      for (const size of ["small", "large"] as const) {
        const payload = size === "large" ? "large, by hand" : size;
        const exchange = { via, fifo, size, byHand: true };
        rows.push({
          direction: "writes",
          via,
          fifo,
          payload,
          run: (world, peer) => clientWrites(world, peer, exchange),
        });
        rows.push({
          direction: "reads",
          via,
          fifo,
          payload,
          run: (world, peer) => clientReads(world, peer, exchange),
        });
      }
    }
  }
  return peerSuite(client, definition, rows);
}

/** Rows of a client that is driven through {@link Peer}. */
export function peerSuite(client: string, definition: PeerDefinition, rows: readonly Row<Peer>[]): Suite {
  return suite(client, rows, async (world) => {
    const { peer, versions } = await definition.start(world.endpoint);
    return { context: peer, versions, close: () => peer.close() };
  });
}
