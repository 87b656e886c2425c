import { EXIT } from "./cli-error.ts";
import { run, UNREAD } from "./run.ts";
import { flushed, onUnread, processTerminal } from "./terminal.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) {
      // The processes that were started notice that this one is gone, and end.
      process.exit(EXIT.forced);
    }
    stopping.abort();
  });
}
onUnread(() => stopping.abort(UNREAD));

process.exitCode = await run(process.argv.slice(2), { terminal: processTerminal, signal: stopping.signal });
await flushed();
// Sockets that are kept alive must not keep the process running: everything that matters has been closed.
process.exit();
