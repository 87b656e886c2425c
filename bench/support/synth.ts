import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

const answer = z.object({ synthMs: z.number() });

/** Synthesises a topic with subscribers in a process of its own. */
export async function synthesise(
  outdir: string,
  subscribers: number,
  kind: "handlers" | "queues",
): Promise<z.infer<typeof answer>> {
  const main = fileURLToPath(new URL("synth-main.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@fanfare/source", main, outdir, String(subscribers), kind],
    { maxBuffer: 64 * 1_048_576 },
  );
  return answer.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}
