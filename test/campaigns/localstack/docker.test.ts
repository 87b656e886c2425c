import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startLocalStack } from "../../localstack/emulators/localstack.ts";
import type { Workspace } from "../../localstack/emulators/workspace.ts";
import { type FakePrograms, fakePrograms } from "./fake-program.ts";

/** Answers as the command line of a Docker engine does, with a small server in place of the container. */
const DOCKER = `
const image = args.at(-1);
if (args[0] === "version") console.log("28.2.2");
else if (args[0] === "run" && existsSync(folder + "/no-image")) {
  console.error("Unable to find image '" + image + "' locally\\ndocker: Error response from daemon: pull access denied");
  process.exit(125);
} else if (args[0] === "run") {
  const [host, port] = args[args.indexOf("--publish") + 1].split(":");
  const program = "require('node:http').createServer((request, response) => {" +
    "response.writeHead(request.url === '/_localstack/health' ? 200 : 404).end('{}')}).listen(" + port + ", '" + host + "')";
  const child = spawn(process.execPath, ["-e", program], { detached: true, stdio: "ignore" });
  child.unref();
  writeFileSync(folder + "/container", String(child.pid));
  console.log("0123456789ab");
} else if (args[0] === "rm") {
  process.kill(Number(readFileSync(folder + "/container", "utf8")), "SIGKILL");
  console.log(args.at(-1));
} else process.exit(1);
`;

let fakes: FakePrograms;
let workspace: Workspace;
const notes: string[] = [];
const note = (text: string) => {
  notes.push(text);
};

beforeEach(() => {
  fakes = fakePrograms();
  notes.length = 0;
  workspace = {
    virtualEnvironment: (name) => join(fakes.folder, `${name}-venv`),
    folder: (...names) => {
      const folder = join(fakes.folder, ...names);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    remove: () => {},
  };
  vi.stubEnv("PATH", fakes.folder);
  vi.stubEnv("LOCALSTACK_AUTH_TOKEN", undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  fakes.remove();
});

const answers = (url: string) =>
  fetch(`${url}/_localstack/health`).then(
    ({ ok }) => ok,
    () => false,
  );

describe("LocalStack in a container", () => {
  it("runs the last image that needs no token, on a port of 127.0.0.1, and removes it", async () => {
    fakes.add("docker", DOCKER);
    const emulator = await startLocalStack(workspace, note);
    const { port } = new URL(emulator.endpoint);
    const container = `fanfare-localstack-${process.pid}`;
    expect(emulator.description).toBe("localstack/localstack:4.14.0 in Docker 28.2.2");
    expect(await answers(emulator.endpoint)).toBe(true);
    await emulator.stop();
    await emulator.stop();
    expect(await answers(emulator.endpoint)).toBe(false);
    expect(fakes.calls()).toEqual([
      ["docker", "version", "--format", "{{.Server.Version}}"],
      [
        ...["docker", "run", "--rm", "--detach", "--name", container, "--publish", `127.0.0.1:${port}:4566`],
        ...["--env", "DISABLE_EVENTS=1", "localstack/localstack:4.14.0"],
      ],
      ["docker", "rm", "--force", container],
    ]);
  });

  it("takes the newest image with a token, and hands the token on without writing it into the command", async () => {
    fakes.add("docker", DOCKER);
    vi.stubEnv("LOCALSTACK_AUTH_TOKEN", "ls-secret");
    const emulator = await startLocalStack(workspace, note);
    await emulator.stop();
    const run = fakes.calls().find(([, command]) => command === "run") ?? [];
    expect(run.at(-1)).toBe("localstack/localstack:latest");
    expect(run.slice(run.indexOf("LOCALSTACK_AUTH_TOKEN") - 1)[0]).toBe("--env");
    expect(JSON.stringify(fakes.calls()) + notes.join()).not.toContain("ls-secret");
  });

  it("goes on to PyPI when the image cannot be pulled, and says all that is missing", async () => {
    fakes.add("docker", DOCKER.replace('existsSync(folder + "/no-image")', "true"));
    await expect(startLocalStack(workspace, note)).rejects.toMatchObject({
      name: "TargetUnavailable",
      message: expect.stringMatching(/needs Python 3\.11, 3\.12 or 3\.13 .* tried python3\.11/),
    });
    expect(notes.join("\n")).toMatch(
      /no container: localstack\/localstack:4\.14\.0 does not start:.*pull access denied/s,
    );
  });

  it("goes on to PyPI when no engine answers", async () => {
    fakes.add("docker", 'console.error("Cannot connect to the Docker daemon"); process.exit(1);');
    await expect(startLocalStack(workspace, note)).rejects.toMatchObject({ name: "TargetUnavailable" });
    expect(notes).toContain("no container: no Docker engine answers");
    expect(fakes.calls().filter(([, command]) => command === "run")).toEqual([]);
  });
});
