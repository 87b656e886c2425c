import type { History, MapView } from "../wire/index.ts";

/** Samples that are kept per queue: half an hour at one per two seconds. */
const MAX_SAMPLES = 900;

interface Samples {
  readonly at: number[];
  readonly visible: number[];
  readonly inFlight: number[];
  readonly rate: (number | null)[];
  readonly deadLetters: number[];
}

/** What was sampled of each queue lately. Bounded: the oldest samples are forgotten. */
export class Histories {
  readonly #samples = new Map<string, Samples>();

  add({ at, queues }: MapView): void {
    for (const [id, state] of Object.entries(queues)) {
      const samples = this.#samples.get(id) ?? { at: [], visible: [], inFlight: [], rate: [], deadLetters: [] };
      this.#samples.set(id, samples);
      samples.at.push(Math.round(at / 1_000));
      samples.visible.push(state.visible);
      samples.inFlight.push(state.inFlight);
      samples.rate.push(state.ratePerSecond ?? null);
      samples.deadLetters.push(state.deadLetters);
      if (samples.at.length > MAX_SAMPLES) {
        for (const column of Object.values(samples)) {
          column.shift();
        }
      }
    }
  }

  of(id: string): History {
    return this.#samples.get(id) ?? { at: [], visible: [], inFlight: [], rate: [], deadLetters: [] };
  }
}
