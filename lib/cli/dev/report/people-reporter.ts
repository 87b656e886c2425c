import pc from "picocolors";
import type { Deployment, LocalRuntime, LogEntry, OutcomeEntry, RuntimeEvent } from "../../../local/index.ts";
import { isOutcomeLine } from "../../../local/index.ts";
import type { Terminal } from "../../terminal.ts";
import { FunctionNames } from "./function-names.ts";
import { logText } from "./log-text.ts";
import { outcomeText } from "./outcome-text.ts";
import { overview } from "./overview.ts";
import { publishedEvent } from "./published-event.ts";
import type { Reload, Reporter } from "./reporter.ts";

/** Readable on dark and light backgrounds. Red is for errors only. */
const COLOURS = [pc.cyan, pc.green, pc.magenta, pc.blue, pc.yellow];

/** Lines of one invocation that are shown: a noisy handler must not hide the outcomes. */
const MAX_LINES = 20;

/** Prints a line per outcome, and what handlers print, each line marked with its function's name in its colour. */
export class PeopleReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  readonly #names = new FunctionNames();
  /** Lines printed by the latest invocation of each function. */
  readonly #printed = new Map<string, { readonly requestId: string | undefined; lines: number }>();

  /** @param verbose shows batches, filtered messages, and all that handlers print */
  constructor(terminal: Terminal, verbose: boolean) {
    this.#terminal = terminal;
    this.#verbose = verbose;
  }

  introduce(deployment: Deployment): void {
    this.#names.introduce(deployment);
  }

  started(runtime: LocalRuntime): void {
    this.#terminal.out(overview(runtime, this.#terminal.columns));
  }

  status(text: string): void {
    this.#terminal.out(pc.dim(text));
  }

  reloaded({ changed, durationMs }: Reload): void {
    this.#terminal.out(`${pc.green("reloaded")} ${changed} resources changed, in ${(durationMs / 1_000).toFixed(1)} s`);
  }

  reloadFailed(message: string): void {
    this.#terminal.err(`${pc.red("error")} ${message}`);
    this.#terminal.err(pc.dim("the previous version continues to run; save a fix to try again"));
  }

  warning(message: string): void {
    this.#terminal.err(`${pc.yellow("warning")} ${message}`);
  }

  outcome({ functionName, outcome, elapsedMs }: OutcomeEntry): void {
    this.#terminal.out(outcomeText(outcome, this.#coloured(functionName), elapsedMs));
  }

  log({ functionName, requestId, stream, line }: LogEntry): void {
    if (isOutcomeLine(line)) {
      return;
    }
    const latest = this.#printed.get(functionName);
    const printed = latest?.requestId === requestId && latest !== undefined ? latest : { requestId, lines: 0 };
    this.#printed.set(functionName, printed);
    printed.lines += 1;
    if (this.#verbose || printed.lines <= MAX_LINES) {
      this.#print(functionName, logText(line, stream));
    } else if (printed.lines === MAX_LINES + 1) {
      this.#print(functionName, pc.dim("the rest of this invocation's output is left out (--verbose shows it)"));
    }
  }

  event(event: RuntimeEvent): void {
    switch (event.type) {
      case "warning":
        this.warning(event.message);
        break;
      case "problem":
        this.#print(event.functionName, pc.yellow(event.message));
        break;
      case "notSubscribed": {
        const { name, id } = publishedEvent(event);
        const what = `filtered: ${event.scope === "MessageBody" ? "its body does" : "its attributes do"} not match`;
        const arrow = `${name} ${pc.dim(id)} ${pc.dim("->")} ${this.#names.ofQueue(event.endpoint)}`;
        this.#terminal.out(`${arrow}  ${pc.dim(`${what} ${event.filterPolicy}`)}`);
        break;
      }
      case "filtered": {
        const filters = event.filters.map((filter) => `\n    ${filter}`).join("");
        const text = `${event.messages} messages deleted: they match no filter of the event source mapping${filters}`;
        this.#print(event.functionName, pc.dim(text));
        break;
      }
      case "invocation": {
        const { durationMs, error } = event;
        if (error !== undefined) {
          this.#print(event.functionName, pc.red(`failed after all retries: ${error}`));
        } else if (this.#verbose) {
          this.#print(event.functionName, pc.dim(`done in ${Math.round(durationMs)} ms`));
        }
        break;
      }
      case "task": {
        const result = event.result === "failed" ? pc.red(`failed: ${event.error} ${event.cause}`) : event.result;
        this.#terminal.out(`${pc.dim(`task of Step Functions ${event.token.slice(0, 16)}`)} ${result}`);
        break;
      }
      case "outside":
        this.#terminal.out(pc.dim(`${event.protocol} to ${event.endpoint}, not delivered: ${event.message}`));
        break;
      case "batch": {
        const { messages, failed, durationMs, error } = event;
        if (error !== undefined) {
          this.#print(event.functionName, pc.red(`${failed} of ${messages} messages failed: ${error}`));
        } else if (this.#verbose) {
          const result = failed === 0 ? `${messages} messages done` : `${failed} of ${messages} messages failed`;
          this.#print(event.functionName, pc.dim(`${result} in ${Math.round(durationMs)} ms`));
        }
        break;
      }
    }
  }

  #print(functionName: string, text: string): void {
    this.#terminal.out(`${this.#coloured(functionName, this.#names.width)} ${pc.dim("|")} ${text}`);
  }

  #coloured(functionName: string, width = 0): string {
    const colour = COLOURS[this.#names.indexOf(functionName) % COLOURS.length] ?? pc.cyan;
    return colour(this.#names.of(functionName).padEnd(width));
  }
}
