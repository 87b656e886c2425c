import { clientReads, clientWrites, type Exchange } from "../exchanges.ts";
import type { Peer, PeerOptions } from "../peer.ts";
import { type Cell, type KnownLimit, type Row, STANDARD_AND_FIFO, type Via } from "../row.ts";
import type { Size } from "../samples.ts";

/** One way of using an extended client. */
export interface Use {
  readonly direction: Cell["direction"];
  readonly via: Via;
  readonly size: Size;
  /** How it is sent or read, where there is more than one way. */
  readonly how?: string;
  readonly options?: PeerOptions;
  readonly keyIn?: Exchange["keyIn"];
  readonly attributes?: Exchange["attributes"];
  readonly limit?: KnownLimit;
}

/** The rows of one use: standard and FIFO. */
export function rowsOf(use: Use): readonly Row<Peer>[] {
  const { direction, via, size, how, options, keyIn, attributes, limit } = use;
  return STANDARD_AND_FIFO.map((fifo) => {
    const exchange: Exchange = {
      via,
      fifo,
      size,
      ...(options === undefined ? {} : { options }),
      ...(keyIn === undefined ? {} : { keyIn }),
      ...(attributes === undefined ? {} : { attributes }),
    };
    const exchangeMessages = direction === "writes" ? clientWrites : clientReads;
    return {
      direction,
      via,
      fifo,
      payload: how === undefined ? size : `${size}, ${how}`,
      ...(limit === undefined ? {} : { limit }),
      run: (world, peer) => exchangeMessages(world, peer, exchange),
    };
  });
}
