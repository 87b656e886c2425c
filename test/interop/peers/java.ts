import { createHash } from "node:crypto";
import { access, glob, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { CACHE, here, peerEnvironment } from "../environment.ts";
import { type PeerDefinition, PeerUnavailable } from "../peer.ts";
import { JsonLineProcess, probe, run } from "../process.ts";
import { startLinePeer } from "./line-peer.ts";

const BUILD = join(CACHE, "interop-java");
const JAR = join(BUILD, "peer.jar");
const BUILD_MS = 600_000;

/** Packages of which the report tells the version, by the beginning of their jars' names. */
const REPORTED = ["amazon-sqs-java-extended-client-lib", "sns-extended-client", "payloadoffloading-common", "sdk-core"];

/** Amazon's extended clients for Java, in one small program built with Maven. */
export const java: PeerDefinition = {
  async start(endpoint) {
    await probe("java", ["-version"]);
    await build();
    const classPath = [JAR, join(BUILD, "lib", "*")].join(delimiter);
    // Little work, done once: compiling it well would take longer than doing it.
    const options = ["-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", classPath, "fanfare.interop.Peer"];
    const jars = await jarVersions();
    const { peer, versions } = await startLinePeer(new JsonLineProcess("java", options, peerEnvironment(endpoint)));
    return { peer, versions: { ...versions, ...jars } };
  },
};

/** Builds the jar, unless it is there from these very sources. @throws PeerUnavailable */
async function build(): Promise<void> {
  const wanted = await fingerprint();
  const stamp = join(BUILD, "fanfare-sources.sha256");
  const isBuilt = await access(JAR).then(
    () => true,
    () => false,
  );
  if (isBuilt && (await readFile(stamp, "utf8").catch(() => "")) === wanted) {
    return;
  }
  await probe("mvn", ["--version"]);
  try {
    const project = ["--file", here("java", "pom.xml"), `-Dinterop.directory=${BUILD}`];
    await run("mvn", ["--quiet", "--batch-mode", ...project, "package"], { timeoutMs: BUILD_MS });
  } catch (error) {
    throw new PeerUnavailable(`the Java program cannot be built: ${error instanceof Error ? error.message : error}`);
  }
  await writeFile(stamp, wanted);
}

async function fingerprint(): Promise<string> {
  const paths = [here("java", "pom.xml")];
  for await (const path of glob("**/*.java", { cwd: here("java", "src") })) {
    paths.push(here("java", "src", path));
  }
  const hash = createHash("sha256");
  for (const path of paths.sort()) {
    hash.update(await readFile(path));
  }
  return hash.digest("hex");
}

async function jarVersions(): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for await (const jar of glob("*.jar", { cwd: join(BUILD, "lib") })) {
    const name = REPORTED.find((each) => jar.startsWith(`${each}-`));
    if (name === undefined) {
      continue;
    }
    versions[name === "sdk-core" ? "AWS SDK for Java" : name] = jar.slice(name.length + 1, -".jar".length);
  }
  return versions;
}
