import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Checked, ContractSource, ContractView, EventDraft, Sent } from "../../console/index.ts";
import { CliError } from "../cli-error.ts";
import type { HostRequest, HostResponse } from "./protocol.ts";

/** In `dist` the files end with `.js`. */
const SCRIPT = fileURLToPath(
  new URL(`./contract-host-main${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
);

/** Milliseconds after which a bundle that hangs when it is loaded is given up. */
const PATIENCE_MS = 30_000;

type Question = HostRequest extends infer Request ? (Request extends HostRequest ? Omit<Request, "id"> : never) : never;

/**
 * The contracts of a running `fanfare dev`, or those that a module exports, loaded by a process of its own, which is started when the
 * first one is asked for.
 */
export class ContractHost implements ContractSource {
  readonly #directory: string;
  readonly #file: string | undefined;
  readonly #home: string | undefined;
  #child: ChildProcess | undefined;
  #nextId = 1;

  /**
   * @param file the module, in place of the bundles of what runs
   * @param home folder of the journal of what is sent. @default `~/.fanfare`, or FANFARE_HOME
   */
  constructor(directory: string, file?: string, home?: string) {
    this.#directory = directory;
    this.#file = file;
    this.#home = home;
  }

  /** A module knows no topic to which its events could be sent. */
  get sends(): boolean {
    return this.#file === undefined;
  }

  contracts(): Promise<readonly ContractView[]> {
    return this.#ask({ kind: "contracts" });
  }

  example(target: string, event: string): Promise<unknown> {
    return this.#ask({ kind: "example", target, event });
  }

  async check({ event, data }: EventDraft): Promise<Checked> {
    const checked = await this.#ask<Checked | undefined>({ kind: "check", event, data });
    if (checked === undefined) {
      throw new CliError(`there is no event ${event} in the contracts of what runs`);
    }
    return checked;
  }

  checkType(event: string, version: number, data: unknown): Promise<Checked | undefined> {
    return this.#ask({ kind: "check", event, version, data });
  }

  async send({ target, event, data }: EventDraft): Promise<Sent> {
    const { id } = await this.#ask<{ id: string }>({ kind: "send", target, event, data });
    return { id, command: `fanfare send ${target} ${event}` };
  }

  /** Ends the process: the next question starts one that loads what is deployed then. */
  close(): void {
    this.#child?.disconnect();
    this.#child = undefined;
  }

  #ask<T>(question: Question): Promise<T> {
    const child = this.#start();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("exit", onExit);
        settle();
      };
      const onMessage = (response: HostResponse) => {
        if (response.id === id) {
          // The host's module says what each question returns.
          end(() =>
            response.error === undefined ? resolve(response.value as T) : reject(new CliError(response.error)),
          );
        }
      };
      const onExit = () =>
        end(() =>
          reject(new CliError("the app's contracts cannot be loaded: the process that loads its bundles ended")),
        );
      const timer = setTimeout(() => {
        child.kill();
      }, PATIENCE_MS);
      child.on("message", onMessage);
      child.on("exit", onExit);
      child.send({ ...question, id });
    });
  }

  #start(): ChildProcess {
    if (this.#child?.connected !== true) {
      // What bundles print is not the console's output.
      this.#child = fork(SCRIPT, [this.#directory, ...(this.#file === undefined ? [] : [this.#file])], {
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        env: { ...process.env, ...(this.#home === undefined ? {} : { FANFARE_HOME: this.#home }) },
      });
      this.#child.setMaxListeners(0);
    }
    return this.#child;
  }
}
