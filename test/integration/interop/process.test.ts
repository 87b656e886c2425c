import { describe, expect, it } from "vitest";
import { PeerUnavailable } from "../../interop/peer.ts";
import { JsonLineProcess, probe } from "../../interop/process.ts";

const ENV = { PATH: process.env.PATH ?? "" };

/** A program that answers by the body of a function of the command. */
function program(body: string): JsonLineProcess {
  const source = `const answer = (command) => { ${body} };
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => answer(JSON.parse(line)));`;
  return new JsonLineProcess(process.execPath, ["--eval", source], ENV);
}

describe("a client in another process", () => {
  it("answers commands in their order", async () => {
    const child = program("console.log(JSON.stringify({ twice: command.value * 2 }))");
    const answers = await Promise.all([1, 2, 3].map((value) => child.ask({ value })));
    expect(answers).toEqual([{ twice: 2 }, { twice: 4 }, { twice: 6 }]);
    await child.close();
  });

  it("tells its errors", async () => {
    const child = program('console.log(JSON.stringify({ error: "KeyError: op" }))');
    await expect(child.ask({})).rejects.toThrow("KeyError: op");
    await child.close();
  });

  it("is reported with its last words when it dies, and can be closed then", async () => {
    const child = program('console.error("out of memory"); process.exit(3)');
    await expect(child.ask({})).rejects.toThrow(/ended without an answer.*out of memory/s);
    await child.close();
  });

  it("is reported when it cannot be started, and can be closed then", async () => {
    const child = new JsonLineProcess("/nonexistent/program", [], ENV);
    await expect(child.ask({})).rejects.toThrow(/ENOENT/);
    await child.close();
  });
});

describe("probe", () => {
  it("gives what the program says of itself, wherever it says it", async () => {
    expect(await probe(process.execPath, ["--eval", "console.log('7.1')"])).toBe("7.1\n");
    expect(await probe(process.execPath, ["--eval", "console.error('7.2')"])).toBe("7.2\n");
  });

  it("tells a missing program from one that does not run", async () => {
    await expect(probe("no-such-program", ["--version"])).rejects.toThrow("no program no-such-program on the PATH");
    const failing = probe(process.execPath, ["--eval", "console.error('broken'); process.exit(1)"]);
    await expect(failing).rejects.toBeInstanceOf(PeerUnavailable);
    await expect(failing).rejects.toThrow(/does not run: .*broken/);
  });
});
