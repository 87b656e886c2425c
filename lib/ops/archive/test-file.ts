import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import type { FleetSubscriber } from "../fleet/index.ts";
import { type Letter, masked } from "../letters/index.ts";

/** What the test of a letter is about. */
export interface TestFileOptions {
  /** What is deployed: a command, a cloud assembly, or with `undefined` the app that `cdk.json` names. */
  readonly app?: { readonly app: string } | { readonly assembly: string } | undefined;
  /** The command that wrote it, for the first line. */
  readonly command: string;
}

/**
 * A vitest file that delivers letters to the handler of their subscriber, in the app on the embedded runtime. It fails while the handler
 * fails. Sensitive fields are masked.
 */
export function testFileOf(letters: readonly Letter[], subscriber: FleetSubscriber, options: TestFileOptions): string {
  const given =
    options.app === undefined ? "" : JSON.stringify(options.app).replace(/^\{"(\w+)":(.*)\}$/, "{ $1: $2 }");
  const name = JSON.stringify(subscriber.consumer ?? subscriber.name);
  return `// Written by ${options.command.replaceAll(/\s+/g, " ")}. Sensitive fields are masked: put made-up values in.
${importLine("type DeployedApp, deploy", "fanfare/testing")}
${importLine("afterAll, beforeAll, expect, it, vi", "vitest")}

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let app: DeployedApp;

beforeAll(async () => {
  app = await deploy(${given});
});
afterAll(() => app?.close());

${letters.map((letter) => testOf(letter, subscriber, name)).join("\n")}`;
}

function importLine(names: string, module: string): string {
  return `import { ${names} } from ${JSON.stringify(module)};`;
}

function testOf(letter: Letter, subscriber: FleetSubscriber, name: string): string {
  const { event, failure, group } = letter;
  const title = `processes ${event?.type ?? "the message"} ${event?.id ?? letter.messageId}`;
  const why = failure === undefined ? "" : `  // ${failure.error}: ${failure.message.replaceAll(/\s+/g, " ")}\n`;
  const body = event === undefined ? JSON.stringify(letter.body) : indented(masked(letter, subscriber));
  const attributes = Object.fromEntries(
    Object.entries(letter.attributes)
      .filter(([key, { StringValue }]) => key !== FAILURE_ATTRIBUTE && StringValue !== undefined)
      .map(([key, { DataType, StringValue }]) => [key, { DataType, StringValue }]),
  );
  const more = group === undefined ? "" : `\n    group: ${JSON.stringify(group)},`;
  const expectation =
    event === undefined
      ? `  await app.whenQuiet();\n  expect(await app.deadLettered(${name})).toEqual([]);`
      : `  const delivery = await app.delivery(${JSON.stringify(event.id)});\n  delivery.expect({ ${name}: "processed" });\n  expect(await app.deadLettered(${name})).toEqual([]);`;
  return `it(${JSON.stringify(title)}, async () => {
${why}  await app.deliver(${name}, {
    body: ${event === undefined ? body : `JSON.stringify(${body})`},
    attributes: ${indented(attributes)},${more}
  });
${expectation}
});
`;
}

function indented(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll("\n", "\n    ");
}
