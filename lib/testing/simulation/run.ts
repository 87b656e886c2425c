import type { AnyContract } from "../../contract/index.ts";
import { memoryAws } from "../clients/index.ts";
import { Book } from "./book.ts";
import { type DeployedSubscriber, deploy } from "./deployment.ts";
import { Effects } from "./effects.ts";
import { noOutcomes, outcomeOf } from "./entities.ts";
import { FanOut } from "./fan-out.ts";
import { type FaultRates, Faults, type FaultyPart } from "./faults.ts";
import { SimulatedFunction } from "./function.ts";
import { History, renderHistory, storyOf } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { Mapping, type MappingHost } from "./mapping.ts";
import { Network } from "./network.ts";
import type { Scenario } from "./options.ts";
import { Pollers } from "./pollers.ts";
import { Publishing } from "./publishing.ts";
import { Random } from "./random.ts";
import type { EventOutcome, RunResult, Violation } from "./result.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { Watch } from "./watch.ts";

/** When runs begin, in milliseconds since the epoch. */
const START = Date.UTC(2026, 0, 1);

/** Milliseconds from the end of the workload to the end of all faults. */
const CALM_AFTER_MS = 60_000;

/** The publisher's attempts per event where the scenario says nothing. */
const PUBLISH_ATTEMPTS = 6;

/** Milliseconds of virtual time from the end of the workload after which a run that is not at rest counts as stuck. */
const HORIZON_MS = 12 * 60 * 60_000;

/** What a run has to do with besides its scenario. */
export interface RunConditions {
  readonly rates: FaultRates;
  /** Milliseconds by which a worker's clock may be ahead or behind. */
  readonly maxSkewMs: number;
}

/** Runs a scenario once, in the order and under the faults that the seed determines. */
export async function runOnce<C extends AnyContract>(
  seed: number,
  scenarioOf: (random: () => number) => Scenario<C>,
  { rates, maxSkewMs }: RunConditions,
): Promise<RunResult> {
  const random = new Random(seed);
  const draw = random.fork("scenario");
  const scenario = scenarioOf(() => draw.next());
  const virtual = new VirtualClock(START, random.fork("schedule"));
  const history = new History(() => virtual.now());
  const faults = new Faults(rates, random.fork("faults"));
  const ledger = new Ledger();
  const ids = random.fork("ids");
  const part = (name: string): FaultyPart => ({ virtual, faults, random: random.fork(name) });
  const fanOut = new FanOut({ ...part("fan-out"), onDelivered: (...delivered) => watch.delivered(...delivered) });
  const aws = memoryAws({
    now: () => virtual.now(),
    random: () => ids.next(),
    wrapDelivery: (deliver) => fanOut.wrapDelivery(deliver),
  });
  const deployment = deploy(aws, scenario);
  const book = new Book({
    aws,
    deployment,
    ledger,
    history,
    effects: new Effects(aws),
    source: `urn:fanfare:${scenario.contract.name}`,
    maxSkewMs,
    maxAttempts: scenario.publisher?.maxAttempts ?? PUBLISH_ATTEMPTS,
    now: () => virtual.now(),
  });
  const watch: Watch = new Watch(book);
  const network = new Network({ ...part("network"), aws, listener: watch.calls });
  const shared = { contract: scenario.contract, virtual, network, faults, book, watch, maxSkewMs };
  const consumers = deployment.subscribers.map((deployed) => {
    if (deployed.poll !== undefined) {
      return new Pollers({ ...shared, deployed, random: random.fork(deployed.name) });
    }
    const lambda = new SimulatedFunction({ ...shared, deployed, random: random.fork(deployed.name) });
    const host: MappingHost = {
      onReceived: (messages) => {
        for (const message of messages) {
          const count = message.Attributes?.ApproximateReceiveCount ?? "";
          watch.received(deployed, message.MessageId ?? "", message.ReceiptHandle ?? "", message.Body ?? "", count);
        }
      },
      onReceiveLost: (messages) =>
        book.note(deployed.name, `FAULT lostReceive of ${messages.length} messages`, undefined, deployed.name),
      invoke: (records) => lambda.invoke(records),
      onDeleting: (record) => watch.deleting(deployed, record.receiptHandle),
    };
    return new Mapping({ ...part(`${deployed.name}/mapping`), deployed, aws, host });
  });
  const publishing = new Publishing({
    ...shared,
    scenario,
    topicArn: deployment.topicArn,
    random: random.fork("publisher"),
  });

  let working = true;
  let workEndedAt = Number.POSITIVE_INFINITY;
  scenario
    .workload({
      publish: (name, data, options) => publishing.publish(name, data, options),
      publishMalformed: (body, options = {}) => publishing.publishMalformed(body, options),
      redrive: (name) => redrive(deployment.subscribers.find((deployed) => deployed.name === name)),
      pause: (ms) => new Promise((resolve) => virtual.timer(ms, resolve)),
      now: () => virtual.now(),
      random: () => draw.next(),
    })
    .catch((error: unknown) => {
      book.report({ rule: "no-crash-of-ours", message: `the workload threw: ${String(error)}` });
    })
    .then(() => {
      working = false;
      workEndedAt = virtual.now();
      virtual.timer(CALM_AFTER_MS, () => faults.end());
    });

  function redrive(deployed: DeployedSubscriber | undefined): void {
    if (deployed === undefined) {
      return;
    }
    book.note("operator", `redrive of ${deployed.name}`, undefined, deployed.name);
    aws.engine.sqs.call(aws.context, "StartMessageMoveTask", {
      SourceArn: deployed.deadLetterQueueArn,
      DestinationArn: deployed.queueArn,
    });
    aws.engine.sqs.nextChangeAt(deployed.queueArn);
  }

  const isAtRest = () =>
    !working &&
    fanOut.underWay === 0 &&
    consumers.every((consumer) => consumer.isIdle) &&
    deployment.subscribers.every((deployed) => aws.engine.sqs.inspect(deployed.queueArn).length === 0);
  const isOverdue = () => virtual.now() > workEndedAt + HORIZON_MS;
  await virtual.run(() => book.finding !== undefined || isAtRest() || isOverdue(), Number.POSITIVE_INFINITY);
  watch.finish(isAtRest());

  const { finding } = book;
  const violation: Violation | undefined = finding && {
    seed,
    rule: finding.rule,
    message: finding.message,
    event: finding.event,
    subscriber: finding.subscriber,
    history: renderHistory(storyOf(history.entries, finding)),
  };
  return {
    seed,
    events: ledger.size,
    steps: virtual.steps,
    seconds: (virtual.now() - START) / 1_000,
    faults: { ...faults.counts },
    outcomes: outcomesOf(ledger),
    handled: watch.handlers.handled,
    fingerprint: history.fingerprint,
    violation,
    history: () => renderHistory(history.entries),
  };
}

function outcomesOf(ledger: Ledger): Record<EventOutcome, number> {
  const counts = noOutcomes();
  for (const event of ledger.events) {
    for (const entry of event.cases.values()) {
      counts[outcomeOf(entry)] += 1;
    }
  }
  return counts;
}
