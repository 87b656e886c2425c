import pc from "picocolors";
import { countsOf, setMappingEnabled } from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { confirmWrite } from "./confirm.ts";
import { connectTo } from "./connect.ts";
import { noteWrite } from "./journal.ts";
import { subscriberNamed } from "./named.ts";
import type { PlaceOptions, Surroundings, WriteOptions } from "./surroundings.ts";

/** Options of `fanfare pause` and `fanfare resume`. */
export interface PauseOptions extends PlaceOptions, WriteOptions {
  readonly json?: boolean | undefined;
}

/** Pauses or resumes the mappings of a subscriber. Messages wait in its queue; those in a function are finished. */
export async function setPaused(
  name: string,
  paused: boolean,
  options: PauseOptions,
  surroundings: Surroundings,
): Promise<void> {
  const connection = connectTo(options, surroundings);
  const { cloud, title } = connection;
  const subscriber = await subscriberNamed(connection, name);
  const { mappings, queue } = subscriber;
  if (mappings.length === 0) {
    throw new CliError(`no mapping polls ${queue.name}: stop or start what polls it`);
  }
  const verb = paused ? "pause" : "resume";
  const open = mappings.filter(({ enabled }) => enabled === paused);
  const { visible, inFlight, delayed } = await countsOf(cloud, queue);
  if (open.length > 0) {
    const count = visible + inFlight + delayed;
    surroundings.terminal.err(`${subscriber.name}: about ${count} messages wait in ${queue.name}`);
    await confirmWrite({ name: queue.name, count, what: `${verb} ${subscriber.name}` }, options, surroundings);
    noteWrite(surroundings, { what: verb, where: title, queue: queue.arn, mappings: open.map(({ id }) => id) });
  }
  for (const { id } of open) {
    await setMappingEnabled(cloud, id, !paused);
  }
  const done = { name: subscriber.name, paused, changed: open.length };
  surroundings.terminal.out(
    options.json === true ? JSON.stringify(done) : `${pc.green(paused ? "paused" : "resumed")} ${subscriber.name}`,
  );
}
