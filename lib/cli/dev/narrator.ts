import pc from "picocolors";
import type { Deployment, LogEntry, RuntimeEvent } from "../../local/index.ts";
import type { Terminal } from "../terminal.ts";
import { displayName } from "./overview.ts";

/** Readable on dark and light backgrounds. Red is for errors only. */
const COLOURS = [pc.cyan, pc.green, pc.magenta, pc.blue, pc.yellow];

/** Prints what handlers write and what happens to their batches. Each line starts with the function's name in its colour. */
export class Narrator {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  readonly #labels = new Map<string, string>();
  #width = 0;

  constructor(terminal: Terminal, verbose: boolean) {
    this.#terminal = terminal;
    this.#verbose = verbose;
  }

  /** Learns the names that the functions of a deployment have in the app. */
  introduce(deployment: Deployment): void {
    for (const { resource, configuration, internal } of deployment.functions) {
      if (!internal) {
        const name = displayName(resource);
        this.#labels.set(configuration.functionName, name);
        this.#width = Math.max(this.#width, name.length);
      }
    }
  }

  log({ functionName, stream, line }: LogEntry): void {
    this.#print(functionName, stream === "stderr" ? pc.red(line) : line);
  }

  event(event: RuntimeEvent): void {
    switch (event.type) {
      case "warning":
        this.#terminal.err(`${pc.yellow("warning")} ${event.message}`);
        break;
      case "problem":
        this.#print(event.functionName, pc.yellow(event.message));
        break;
      case "filtered":
        if (this.#verbose) {
          this.#print(event.functionName, pc.dim(`${event.messages} messages deleted: they matched no filter`));
        }
        break;
      case "batch": {
        const { messages, failed, durationMs, error } = event;
        if (failed > 0) {
          const reason = error === undefined ? "" : `: ${error}`;
          this.#print(event.functionName, pc.red(`${failed} of ${messages} messages failed${reason}`));
        } else if (this.#verbose) {
          this.#print(event.functionName, pc.dim(`${messages} messages done in ${Math.round(durationMs)} ms`));
        }
        break;
      }
    }
  }

  #print(functionName: string, text: string): void {
    const names = [...this.#labels.keys()];
    const at = names.indexOf(functionName);
    const colour = COLOURS[Math.max(0, at) % COLOURS.length] ?? pc.cyan;
    const label = this.#labels.get(functionName) ?? functionName;
    this.#terminal.out(`${colour(label.padEnd(this.#width))} ${pc.dim("|")} ${text}`);
  }
}
