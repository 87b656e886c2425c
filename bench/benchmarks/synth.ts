import { join } from "node:path";
import type { Benchmark, Contender } from "../harness/index.ts";
import { interleave } from "../harness/index.ts";
import { withDirectory } from "../support/bundles.ts";
import { synthesise } from "../support/synth.ts";

/** A stack holds 500 resources, which 29 subscribers with handlers fill. Source: CloudFormation User Guide, "CloudFormation quotas". */
const SUBSCRIBERS = [1, 5, 10, 25];

/** How synthesis grows with the app. */
export const synth: Benchmark = {
  name: "synth",
  async run({ rounds, quick, progress }) {
    const numbers = quick ? SUBSCRIBERS.slice(0, 2) : SUBSCRIBERS;
    return await withDirectory(async (directory) => {
      progress(numbers.join(", "));
      let run = 0;
      const contender = (subscribers: number, kind: "handlers" | "queues"): Contender => ({
        name: `${subscribers} ${subscribers === 1 ? "subscriber" : "subscribers"}, ${kind}`,
        sample: async () => {
          run += 1;
          return { ...(await synthesise(join(directory, String(run)), subscribers, kind)) };
        },
      });
      const contenders = numbers.flatMap((number) => [contender(number, "queues"), contender(number, "handlers")]);
      const [first] = contenders;
      return {
        name: this.name,
        title: "Synthesis",
        method:
          "One topic with subscribers, in a fresh process: from new App() to the end of synth(), loading the CDK not included. Each handler is a separate function; they have one source and one configuration, so it is bundled once.",
        cases: [
          {
            name: "synth",
            baseline: first?.name ?? "",
            ratioOf: "synthMs",
            contenders: await interleave(contenders, { rounds: Math.min(rounds, 5), warmUps: 0 }),
          },
        ],
        targets: [],
      };
    });
  },
};
