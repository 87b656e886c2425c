import type { Command } from "commander";
import { expect, test } from "vitest";
import { commandsOf } from "../../../lib/cli/commands/index.ts";
import { run } from "../../../lib/cli/run.ts";

const silent = { terminal: { out: () => {}, err: () => {} }, signal: new AbortController().signal };

function leavesOf(command: Command, path: readonly string[]): (readonly [string, readonly string[], Command])[] {
  const own = [...path, command.name()];
  return command.commands.length === 0
    ? [[own.join(" "), own, command]]
    : command.commands.flatMap((each) => leavesOf(each, own));
}

const verbs = commandsOf(silent).flatMap((command) => leavesOf(command, []));

async function typed(...argv: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const code = await run(argv, { terminal, signal: silent.signal });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test.each(verbs)(
  "fanfare %s --help describes every argument and option, and ends with 0",
  async (name, path, command) => {
    const { code, out, err } = await typed(...path, "--help");
    expect(out).toContain(`Usage: fanfare ${name}`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const { name: own, description } of command.registeredArguments.map((each) => ({
      name: each.name(),
      description: each.description,
    }))) {
      expect(description, own).not.toBe("");
    }
    for (const { flags, description } of command.options) {
      expect(description, flags).not.toBe("");
    }
  },
);

/** Options without which a verb does not begin. */
const MANDATORY: Readonly<Record<string, readonly string[]>> = { plan: ["--rate", "10"] };

test.each(verbs)("fanfare %s --no-such-option ends with 2, and says so as JSON too", async (name, path) => {
  const wrong = [...path, ...(MANDATORY[name] ?? []), "--no-such-option"];
  const text = await typed(...wrong);
  expect(text).toEqual({ code: 2, out: "", err: "error: unknown option '--no-such-option'" });
  const json = await typed(...wrong, "--json");
  expect(json.code).toBe(2);
  expect(JSON.parse(json.out)).toEqual({ error: { message: "unknown option '--no-such-option'", exitCode: 2 } });
});

const withArguments = verbs.filter(([, , { registeredArguments }]) =>
  registeredArguments.some(({ required }) => required),
);

test.each(withArguments)("fanfare %s without its argument ends with 2", async (_, path) => {
  const { code, out, err } = await typed(...path, "--json");
  expect(code).toBe(2);
  expect(err).toMatch(/^error: (missing required argument|unknown option)/);
  expect(JSON.parse(out).error.exitCode).toBe(2);
});

test.each([[[]], [["dlq"]]])("fanfare %j alone shows what there is, and ends with 2", async (argv) => {
  const { code, err } = await typed(...argv);
  expect(code).toBe(2);
  expect(err).toContain("Commands:");
});

test.each([
  ["nope"],
  ["dlq", "nope"],
  ["dlq", "redrive", "Billing", "--rate", "none"],
  ["dlq", "groups", "Billing", "--limit", "0.5"],
])("fanfare %s %s … ends with 2", async (...argv) => {
  const { code, err } = await typed(...argv);
  expect(code).toBe(2);
  expect(err).toMatch(/^error: /);
});
