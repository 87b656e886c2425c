import {
  type Endpoints,
  type Outcome,
  type Property,
  startEndpoints,
  tryProperty,
  type Wrapper,
} from "./harness/index.ts";
import { silenceConsole } from "./harness/quiet.ts";
import { CHAPTERS } from "./properties/index.ts";

/** One property with what came of it for each wrapper, in the wrappers' order. */
export interface Row {
  readonly chapter: string;
  readonly name: string;
  readonly outcomes: readonly Outcome[];
}

/** Properties tried at once. They mostly wait, but some of them measure time. */
const AT_ONCE = 4;

/** Tries all properties with all wrappers. */
export async function runSuite(wrappers: readonly Wrapper[], only = ""): Promise<readonly Row[]> {
  const speak = silenceConsole();
  const endpoints = await startEndpoints();
  try {
    const jobs = CHAPTERS.flatMap(({ title, properties }) =>
      properties.filter(({ name }) => name.includes(only)).map((tried) => ({ chapter: title, tried })),
    );
    const rows = new Array<Row>(jobs.length);
    let next = 0;
    const lane = async () => {
      for (let at = next++; at < jobs.length; at = next++) {
        const job = jobs[at];
        if (job === undefined) {
          continue;
        }
        rows[at] = {
          chapter: job.chapter,
          name: job.tried.name,
          outcomes: await tryWith(job.tried, wrappers, endpoints),
        };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return rows;
  } finally {
    speak();
    await endpoints.close();
  }
}

async function tryWith(tried: Property, wrappers: readonly Wrapper[], endpoints: Endpoints): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const wrapper of wrappers) {
    outcomes.push(await tryProperty(tried, wrapper, endpoints));
  }
  return outcomes;
}
