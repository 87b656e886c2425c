import { type Answer, differences, errorOf } from "./answer.ts";
import { withoutEntry } from "./batch.ts";
import { cleanUp } from "./clean-up.ts";
import { type KnownDifference, knownDifference, type Sighting } from "./known-differences/index.ts";
import { runS3 } from "./s3/run.ts";
import type { Operation, Sequence } from "./sequence.ts";
import { settle } from "./settle.ts";
import { runSns } from "./sns/run.ts";
import { counts, visibleIn } from "./sqs/counts.ts";
import { runSqs } from "./sqs/run.ts";
import { type Side, World } from "./world.ts";

/** Where both sides part. */
export interface Difference {
  readonly scene: string;
  readonly step: Operation;
  /** Of the step, counted from the first one of the set-up. */
  readonly place: number;
  /** What is different, the same for all differences of one kind. */
  readonly signature: string;
  readonly ours: Answer;
  readonly theirs: Answer;
}

/** What became of a sequence. */
export interface Outcome {
  /** Calls that were made to each side, and whose answers were compared. */
  readonly calls: number;
  readonly known: readonly KnownDifference[];
  /** Ends the sequence. */
  readonly difference?: Difference;
}

/** The two that are compared. */
export interface Pair {
  readonly ours: Side;
  readonly theirs: Side;
}

/** Plays one sequence on both sides, up to the first difference after which they are no longer in the same state. */
export async function play(pair: Pair, sequence: Sequence, prefix: string): Promise<Outcome> {
  const ours = new World(pair.ours, prefix);
  const theirs = new World(pair.theirs, prefix);
  const known: KnownDifference[] = [];
  try {
    const all = [...sequence.setup, ...sequence.steps];
    for (const [place, step] of all.entries()) {
      const [left, right] = await runStep(ours, theirs, step, place);
      const sightings = left.flatMap((answer, index) => {
        const other = right[index] ?? { error: "no answer" };
        return differentPaths(answer, other).map(
          (path): Sighting => ({ step, ours: answer, theirs: other, path, index, earlier: all.slice(0, place) }),
        );
      });
      const ofStep = new Set<KnownDifference>();
      let isParted = false;
      for (const sighting of sightings) {
        const found = knownDifference(sighting);
        if (found === undefined) {
          return {
            calls: ours.calls,
            known,
            difference: {
              step,
              ours: sighting.ours,
              theirs: sighting.theirs,
              place,
              scene: sequence.scene,
              signature: signature(sighting),
            },
          };
        }
        ofStep.add(found);
        isParted ||= found.parts;
        // What follows in the same step can be an effect of this.
        if (isParted) {
          break;
        }
      }
      known.push(...ofStep);
      if (isParted) {
        break;
      }
    }
    return { calls: ours.calls, known };
  } finally {
    await Promise.all([cleanUp(ours), cleanUp(theirs)]);
  }
}

async function runStep(ours: World, theirs: World, step: Operation, place: number): Promise<[Answer[], Answer[]]> {
  const visible = step.kind === "sqs.receive" ? visibleIn(await uncounted(ours, () => counts(ours, step.queue))) : 0;
  const answers = await Promise.all([ours, theirs].map((world) => runOn(world, step, visible, place)));
  const [left = [], right = []] = answers;
  if (step.kind !== "sns.publish" && step.kind !== "sns.publishBatch") {
    return [left, right];
  }
  const [leftEffect, rightEffect] = await settle(ours, theirs);
  return [
    [...left, leftEffect],
    [...right, rightEffect],
  ];
}

function runOn(world: World, step: Operation, visible: number, place: number): Promise<Answer[]> {
  world.place = place;
  const { kind } = step;
  if (kind.startsWith("sqs.")) {
    return runSqs(world, step as Extract<Operation, { kind: `sqs.${string}` }>, visible, place);
  }
  if (kind.startsWith("sns.")) {
    return runSns(world, step as Extract<Operation, { kind: `sns.${string}` }>, place);
  }
  return runS3(world, step as Extract<Operation, { kind: `s3.${string}` }>);
}

async function uncounted<T>(world: World, run: () => Promise<T>): Promise<T> {
  const before = world.calls;
  const result = await run();
  world.calls = before;
  return result;
}

function differentPaths(ours: Answer, theirs: Answer): readonly string[] {
  if (!("ok" in ours && "ok" in theirs)) {
    return errorOf(ours) === errorOf(theirs) ? [] : [".error"];
  }
  return differences({ ok: ours.ok }, { ok: theirs.ok });
}

function signature({ step, ours, theirs, path, index }: Sighting): string {
  const [left, right] = [errorOf(ours), errorOf(theirs)];
  const what =
    left === undefined && right === undefined ? withoutEntry(path) : `${left ?? "success"} / ${right ?? "success"}`;
  return `${step.kind}${index === 0 ? "" : ` (effect ${index})`}: ${what}`;
}
