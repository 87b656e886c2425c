import { type ChildProcess, spawn } from "node:child_process";
import { ownScript } from "./own-script.ts";

/**
 * Ends the processes that this one started if it dies without cleaning up, even by SIGKILL: a native emulator and a
 * handler in an endless loop notice nothing by themselves. The helper process starts with the first guarded one.
 */
export class Watchdog {
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();

  /** The helper's process id, when it runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** From now on the process (leader of its group) dies with this one. */
  guard(pid: number): void {
    this.#send(`+${pid}\n`);
  }

  /** The process has ended: its id may be given to another. */
  release(pid: number): void {
    if (this.#process !== undefined) {
      this.#send(`-${pid}\n`);
    }
  }

  /** Ends the helper. What is still guarded is killed. */
  async close(): Promise<void> {
    this.#process?.stdin?.end();
    await this.#exited;
  }

  #send(line: string): void {
    this.#process ??= this.#start();
    this.#process.stdin?.write(line);
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, [ownScript(import.meta.url, "watchdog-main")], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      windowsHide: true,
      env: { PATH: process.env.PATH },
    });
    // A helper that ended early must not take this process down with a broken pipe.
    child.stdin?.on("error", () => {});
    this.#exited = new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", () => resolve());
    });
    return child;
  }
}
