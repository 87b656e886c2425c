import { setTimeout as delay } from "node:timers/promises";
import type { Benchmark, CaseResult, Contender } from "../harness/index.ts";
import { interleave, ratio, timed } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import type { LambdaHandler } from "../peers/job.ts";
import { powertoolsFifo } from "../peers/powertools.ts";
import { rawGroups } from "../peers/raw.ts";
import { lambdaContext } from "../support/context.ts";
import { smallOrders, sqsEvent } from "../support/records.ts";

const IDEAL = "ideal: longest group";
const PARALLEL = 10;

interface Shape {
  readonly records: number;
  readonly groups: number;
  readonly handlerMs: number;
}

const QUICK: readonly Shape[] = [
  { records: 10, groups: 10, handlerMs: 10 },
  { records: 100, groups: 10, handlerMs: 10 },
];
const SHAPES: readonly Shape[] = [
  { records: 10, groups: 1, handlerMs: 10 },
  ...QUICK,
  { records: 100, groups: 1, handlerMs: 10 },
  { records: 100, groups: 100, handlerMs: 10 },
  { records: 1_000, groups: 10, handlerMs: 1 },
  { records: 1_000, groups: 1_000, handlerMs: 1 },
];

/** Order within groups, groups beside each other. */
export const fifo: Benchmark = {
  name: "fifo",
  async run({ rounds, quick, progress }) {
    const cases: CaseResult[] = [];
    for (const shape of quick ? QUICK : SHAPES) {
      const { records, groups, handlerMs } = shape;
      const name = `${records} records, ${groups} ${groups === 1 ? "group" : "groups"}, handler ${handlerMs} ms`;
      progress(name);
      const job = { handle: () => delay(handlerMs) };
      const contenders = [
        contender(IDEAL, rawGroups(job), shape),
        contender("Powertools FIFO", powertoolsFifo(job), shape),
        contender("Fanfare", fanfare(job), shape),
      ];
      cases.push({
        name,
        baseline: IDEAL,
        ratioOf: "wallMs",
        contenders: await interleave(contenders, { rounds, warmUps: 1 }),
      });
    }
    return {
      name: this.name,
      title: "FIFO",
      method: `The handlers wait. The ideal is a hand-written loop that runs all groups at once. Fanfare runs at most ${PARALLEL} groups at once by default, so with more groups it takes longer by design.`,
      cases,
      targets: cases
        .filter((result) => result.name.includes(` ${PARALLEL} groups`))
        .map((result) => ({
          name: `${result.name}: Fanfare / ideal`,
          bound: "at most" as const,
          limit: 1.2,
          value: ratio(result, "Fanfare", IDEAL),
          unit: " x",
        })),
    };
  },
};

function contender(name: string, handler: LambdaHandler, { records, groups }: Shape): Contender {
  const event = sqsEvent(records, smallOrders, { groups });
  return { name, sample: () => timed(() => handler(event, lambdaContext())) };
}
