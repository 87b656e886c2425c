const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** What is stopped by a signal. One listener for all of them: Node warns of a leak from the eleventh on. */
const stops = new Set<() => void>();

/** Calls back when the process is told to end. @returns what to call when the callback is not needed any more */
export function stopOnSignals(stop: () => void): () => void {
  if (stops.size === 0) {
    for (const signal of SIGNALS) {
      process.on(signal, stopAll);
    }
  }
  stops.add(stop);
  return () => {
    if (stops.delete(stop) && stops.size === 0) {
      unlisten();
    }
  };
}

/** Each poller is told once. A second signal has its usual effect: it ends the process at once. */
function stopAll(): void {
  unlisten();
  for (const stop of [...stops]) {
    stops.delete(stop);
    stop();
  }
}

function unlisten(): void {
  for (const signal of SIGNALS) {
    process.off(signal, stopAll);
  }
}
