/** Runs something and answers its wall time and this process's CPU time, in milliseconds. */
export async function timed(run: () => unknown): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await run();
  const wallMs = performance.now() - before;
  const cpu = process.cpuUsage(cpuBefore);
  return { wallMs, cpuMs: (cpu.user + cpu.system) / 1_000 };
}

/** Notes the most live heap at the points where it is told to look; garbage does not count. */
export class HeapWatch {
  readonly #before: number;
  #peak = 0;

  constructor() {
    this.#before = liveHeap();
  }

  look(): void {
    this.#peak = Math.max(this.#peak, liveHeap() - this.#before);
  }

  /** Bytes above the heap at the beginning. */
  get peak(): number {
    return this.#peak;
  }
}

function liveHeap(): number {
  if (globalThis.gc === undefined) {
    throw new Error("start node with --expose-gc");
  }
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
