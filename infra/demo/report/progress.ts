import cliProgress from "cli-progress";
import type { Plan } from "../plan.ts";
import type { Journal } from "../stage/journal.ts";
import { SUBSCRIBER_NAMES } from "../stage/subscribers.ts";

/** Shows the progress of the demo. */
export interface Progress {
  /** Prints what is done next. */
  step(what: string): void;
  /** Starts to show how many messages of each subscriber have a final outcome. */
  begin(plan: Plan, journal: Journal): void;
  /** Shows the final state, and stops. Calling it again does nothing. */
  end(): void;
}

/** Milliseconds between two updates. */
const INTERVAL_MS = 100;

/** Makes a function that runs `action` on its first call only. */
function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) {
      action();
    }
    done = true;
  };
}

/** Progress bars, one per subscriber, for a terminal. */
export function progressBars(out: NodeJS.WriteStream): Progress {
  let finish = () => {};
  return {
    step: (what) => out.write(`${what}\n`),
    begin: (plan, journal) => {
      const bars = new cliProgress.MultiBar({
        stream: out,
        format: "  {name} {bar} {value}/{total}",
        formatBar: cliProgress.Format.BarFormat,
        barCompleteChar: "█",
        barIncompleteChar: "░",
        barsize: 40,
        hideCursor: true,
        fps: 10,
      });
      const rows = SUBSCRIBER_NAMES.map((name) => ({ name, bar: bars.create(1, 0, { name: name.padEnd(12) }) }));
      const update = () => {
        for (const { name, bar } of rows) {
          const { published, filtered } = plan.of(name);
          bar.setTotal(Math.max(1, published - filtered));
          bar.update(journal.settled(name));
        }
      };
      const timer = setInterval(update, INTERVAL_MS);
      finish = once(() => {
        clearInterval(timer);
        update();
        bars.stop();
      });
    },
    end: () => finish(),
  };
}

/** Lines of text, for files and pipes. */
export function progressLines(out: NodeJS.WritableStream): Progress {
  let finish = () => {};
  return {
    step: (what) => void out.write(`${what}\n`),
    begin: (plan, journal) => {
      finish = once(() => {
        for (const name of SUBSCRIBER_NAMES) {
          const { published, filtered } = plan.of(name);
          out.write(`  ${name.padEnd(12)} ${journal.settled(name)} of ${published - filtered}\n`);
        }
      });
    },
    end: () => finish(),
  };
}
