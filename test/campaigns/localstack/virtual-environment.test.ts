import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { prepareVirtualEnvironment } from "../../localstack/emulators/virtual-environment.ts";
import { type FakePrograms, fakePrograms } from "./fake-program.ts";

/** Answers as Python does. pip fails as often as the file `failures` says, with the text that it holds. */
const PYTHON = `
if (args[0] === "-c") console.log("3.11");
else if (args[1] === "venv") {
  mkdirSync(args[2] + "/bin", { recursive: true });
  symlinkSync(process.argv[1], args[2] + "/bin/python");
} else if (args[1] === "pip") {
  const file = folder + "/failures.json";
  const { times, text } = JSON.parse(readFileSync(file, "utf8"));
  if (times > 0) {
    writeFileSync(file, JSON.stringify({ times: times - 1, text }));
    console.error(text);
    process.exit(1);
  }
} else process.exit(2);
`;

const RESET =
  "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool: Max retries exceeded with url: /simple/";

let fakes: FakePrograms;
const notes: string[] = [];

beforeEach(() => {
  fakes = fakePrograms();
  notes.length = 0;
  fakes.add("python3.11", PYTHON);
  vi.stubEnv("PATH", fakes.folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  fakes.remove();
});

function prepare(failures: { readonly times: number; readonly text: string }) {
  writeFileSync(join(fakes.folder, "..", "failures.json"), JSON.stringify(failures));
  return prepareVirtualEnvironment({
    name: "LocalStack",
    directory: join(fakes.folder, "venv"),
    requirements: "test/localstack/python/localstack.txt",
    note: (text) => notes.push(text),
    retryDelayMs: 1,
  });
}

const pips = () => fakes.calls().filter(([, , module]) => module === "pip");

describe("prepareVirtualEnvironment", () => {
  it("installs once, with pip's own retries, and takes what is there afterwards", async () => {
    const bin = await prepare({ times: 0, text: "" });
    expect(await prepare({ times: 0, text: "" })).toBe(bin);
    expect(pips()).toHaveLength(1);
    expect(pips()[0]?.join(" ")).toContain(
      "--retries 8 --timeout 60 --requirement test/localstack/python/localstack.txt",
    );
  });

  it("runs pip again when the network failed", async () => {
    await prepare({ times: 2, text: RESET });
    expect(pips()).toHaveLength(3);
    expect(notes.filter((text) => text.includes("trying again"))).toHaveLength(2);
  });

  it("gives up after three runs, says why, and leaves nothing that would pass for installed", async () => {
    await expect(prepare({ times: 9, text: RESET })).rejects.toMatchObject({
      name: "TargetUnavailable",
      message: expect.stringMatching(
        /the package index cannot be reached \(tried 3 times; .*PIP_INDEX_URL.*Max retries/s,
      ),
    });
    expect(pips()).toHaveLength(3);
    expect(existsSync(join(fakes.folder, "venv", "installed.sha256"))).toBe(false);
  });

  it("does not repeat what no repetition can help", async () => {
    await expect(prepare({ times: 9, text: "ERROR: No matching distribution found for cbor2" })).rejects.toMatchObject({
      message: expect.stringMatching(/pip cannot install its packages:.*No matching distribution/s),
    });
    expect(pips()).toHaveLength(1);
  });

  it("says which Python is needed when there is none", async () => {
    fakes.add("python3.11", 'console.log("3.9");');
    await expect(prepare({ times: 0, text: "" })).rejects.toMatchObject({
      message: expect.stringMatching(/^LocalStack needs Python 3\.11, 3\.12 or 3\.13/),
    });
  });
});
