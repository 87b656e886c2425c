import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Cloud,
  countsOf,
  type DeadLetterTarget,
  exportLetters,
  type Letter,
  type LetterFilter,
  matches,
  readLetters,
  testFileOf,
} from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { connectTo } from "./connect.ts";
import type { ReadOptions } from "./dlq-read.ts";
import { fileTarget } from "./file-target.ts";
import { filterOf } from "./filter.ts";
import { deadLettersNamed } from "./named.ts";
import { Progress, waitingFor } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { lettersText } from "./text.ts";

/** Options of `fanfare dlq export`. */
export interface ExportOptions extends ReadOptions {
  /** A vitest file in place of ndjson. */
  readonly asTest?: boolean | undefined;
  /** A file in place of the output. */
  readonly to?: string | undefined;
  /** What the test deploys: a command, or the folder of a cloud assembly. */
  readonly app?: string | undefined;
}

/** Letters of a test file, unless `--limit` says otherwise. */
const TESTS = 5;

/** Prints letters as ndjson, with sensitive fields masked, or writes a test that delivers them to their handler. */
export async function exportTo(name: string, options: ExportOptions, surroundings: Surroundings): Promise<void> {
  const filter = filterOf(options, { required: false });
  const file = options.to === undefined ? undefined : fileTarget(options.to, surroundings.directory);
  const connection = connectTo(options, surroundings);
  const target = await deadLettersNamed(connection, name, options);
  const { signal, terminal, directory } = surroundings;
  const output = file === undefined ? undefined : openOutput(file);
  const write = (line: string) => (output === undefined ? terminal.out(line) : output.write(line));
  let count = 0;
  try {
    if (options.asTest === true) {
      const letters = await lettersFor(connection.cloud, target, filter, options, surroundings);
      const text = testOf(letters, target, name, options, directory).trimEnd();
      write(options.json === true && file === undefined ? JSON.stringify({ text }) : text);
      count = letters.length;
    } else {
      const { visible, inFlight } = await countsOf(connection.cloud, target.queue);
      const progress = new Progress(surroundings, "exported", Math.min(visible + inFlight, options.limit ?? Infinity));
      for await (const line of exportLetters(connection.cloud, target, filter, { limit: options.limit, signal })) {
        write(line);
        count += 1;
        progress.tell(count);
      }
    }
  } catch (error) {
    output?.discard();
    throw error;
  }
  output?.finish();
  if (options.json === true && file !== undefined) {
    terminal.out(JSON.stringify({ file, count }));
  }
  terminal.err(
    `${lettersText(count)}${options.asTest === true ? " as tests" : ""}${file === undefined ? "" : ` written to ${file}`}`,
  );
}

/** A file that is there in whole or not at all: what stood there before stays until the last line is written. */
function openOutput(file: string): { write(line: string): void; finish(): void; discard(): void } {
  const part = `${file}.${process.pid}.part`;
  const descriptor = openSync(part, "w", 0o600);
  return {
    write: (line) => {
      writeSync(descriptor, `${line}\n`);
    },
    finish: () => {
      closeSync(descriptor);
      renameSync(part, file);
    },
    discard: () => {
      closeSync(descriptor);
      rmSync(part, { force: true });
    },
  };
}

async function lettersFor(
  cloud: Cloud,
  target: DeadLetterTarget,
  filter: LetterFilter,
  { limit = TESTS }: ExportOptions,
  surroundings: Surroundings,
): Promise<readonly Letter[]> {
  const chosen: Letter[] = [];
  await waitingFor(surroundings, "looking for dead letters", async () => {
    for await (const letters of readLetters(cloud, target, { signal: surroundings.signal })) {
      chosen.push(...letters.filter((letter) => matches(letter, filter)));
      if (chosen.length >= limit) {
        break;
      }
    }
  });
  if (chosen.length === 0) {
    surroundings.signal.throwIfAborted();
    throw new CliError(
      `no such dead letter was seen in ${target.queue.name}: fanfare dlq groups ${target.queue.name} shows what is there`,
    );
  }
  return chosen.slice(0, limit);
}

function testOf(
  letters: readonly Letter[],
  { subscriber }: DeadLetterTarget,
  name: string,
  { app }: ExportOptions,
  directory: string,
): string {
  const isAssembly = app !== undefined && existsSync(resolve(directory, app, "manifest.json"));
  return testFileOf(letters, subscriber, {
    command: `fanfare dlq export ${name} --as-test`,
    ...(app === undefined ? {} : { app: isAssembly ? { assembly: app } : { app } }),
  });
}
