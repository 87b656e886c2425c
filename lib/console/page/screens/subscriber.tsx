import type { SubscriberView } from "../../wire/index.ts";
import { get } from "../api.ts";
import { countText, durationText, plural, rateText } from "../format.ts";
import { Chart } from "../parts/chart.tsx";
import { Command } from "../parts/command.tsx";
import { Shown, useLoad } from "../parts/load.tsx";
import { linkTo, map } from "../state.ts";

/** One queue: what waits, how fast it is processed, how it is set up, and what is wrong. */
export function SubscriberScreen({ id }: { readonly id: string }) {
  // Loaded again with each sample.
  const loaded = useLoad(`${id} ${map.value?.at ?? 0}`, () =>
    get<SubscriberView>(`/api/queue?id=${encodeURIComponent(id)}`),
  );
  const last = useLast(loaded.value);
  return <Shown of={{ ...loaded, value: loaded.value ?? last }}>{(view) => <Subscriber view={view} />}</Shown>;
}

let kept: SubscriberView | undefined;

/** The last view stays until the next one is there. */
function useLast(value: SubscriberView | undefined): SubscriberView | undefined {
  kept = value ?? kept;
  return kept;
}

function Subscriber({ view }: { readonly view: SubscriberView }) {
  const { state, history } = view;
  return (
    <>
      <div class="title">
        <h1>{state.name}</h1>
        <span class={`badge ${state.health}`}>{state.health === "ok" ? "healthy" : state.health}</span>
      </div>
      {state.warnings.length > 0 && (
        <ul class="notice warning">
          {state.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <dl class="stats">
        <Stat label="Waiting" value={countText(state.visible)} />
        <Stat label="In flight" value={countText(state.inFlight)} />
        <Stat label="Delayed" value={countText(state.delayed)} />
        <Stat label="Processed" value={rateText(state.ratePerSecond)} />
        <Stat label="Oldest" value={durationText(state.oldestSeconds)} />
        <Stat label="Drains in" value={state.visible === 0 ? "empty" : durationText(state.drainSeconds)} />
      </dl>
      <div class="charts">
        <Chart
          title="Messages"
          at={history.at}
          series={[
            { label: "waiting", color: "--series-1", values: history.visible },
            { label: "in flight", color: "--series-2", values: history.inFlight },
          ]}
        />
        <Chart
          title="Processed per second"
          at={history.at}
          series={[{ label: "per second", color: "--series-1", values: history.rate }]}
        />
        <Chart
          title="Dead letters"
          at={history.at}
          series={[{ label: "dead letters", color: "--series-3", values: history.deadLetters }]}
        />
      </div>
      <div class="columns">
        <section>
          <h2>Dead letters</h2>
          {view.deadLetterQueues.length === 0 && (
            <p>This queue has no dead-letter queue: messages that fail are redelivered until they expire.</p>
          )}
          <ul class="plain">
            {view.deadLetterQueues.map(({ id, name, count, ofSubscription }) => (
              <li key={id}>
                <a href={linkTo("failures", id)}>{plural(count, "dead letter")}</a>{" "}
                <span class="faint">
                  {ofSubscription ? "that SNS could not deliver" : "that the consumer could not process"}
                </span>
                <Command text={`fanfare dlq groups ${name}`} />
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h2>Filter</h2>
          {view.filter.length === 0 ? (
            <p>Every event of the topic is delivered.</p>
          ) : (
            <ul>
              {view.filter.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
          <h2>Settings</h2>
          <dl class="settings">
            {view.settings.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <Command text="fanfare ps" />
    </>
  );
}

function Stat({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
