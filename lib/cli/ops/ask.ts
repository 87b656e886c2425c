import { createInterface } from "node:readline/promises";
import { CliError, EXIT } from "../cli-error.ts";

/** Where a question is asked. */
export interface AskOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Ends the question. */
  readonly signal: AbortSignal;
}

/**
 * Asks the person at the terminal.
 *
 * @throws CliError, exit code 2, when the question is closed with Ctrl-C or Ctrl-D; the signal's reason when that ends it
 */
export async function ask(question: string, { input, output, signal }: AskOptions): Promise<string> {
  const lines = createInterface({ input, output, terminal: "isTTY" in output && output.isTTY === true });
  // Nothing else would settle the answer: the process would end in the middle, with nothing said.
  const closed = new Promise<never>((_, reject) => {
    lines.once("close", () =>
      reject(new CliError("\nno answer was given. Nothing was changed", { exitCode: EXIT.usage })),
    );
  });
  try {
    return await Promise.race([lines.question(question, { signal }), closed]);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof CliError ? error : await closed;
  } finally {
    closed.catch(() => {});
    lines.close();
  }
}
