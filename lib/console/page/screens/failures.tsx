import { useState } from "preact/hooks";
import type { DeadLetterQueue, FailuresView, GroupView } from "../../wire/index.ts";
import { get } from "../api.ts";
import { countText, plural, timeText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { Shown, useLoad } from "../parts/load.tsx";
import { RedriveDialog } from "../parts/redrive-dialog.tsx";
import { Sparkline } from "../parts/sparkline.tsx";
import { linkTo } from "../state.ts";

/** All dead-letter queues, the fullest first. */
export function DeadLetterQueuesScreen() {
  const loaded = useLoad("dlqs", () => get<readonly DeadLetterQueue[]>("/api/dead-letter-queues"));
  return (
    <>
      <div class="title">
        <h1>Failures</h1>
        <button type="button" class="quiet" onClick={loaded.reload}>
          Refresh
        </button>
      </div>
      <Shown of={loaded}>
        {(queues) => (
          <>
            {queues.every(({ count }) => count === 0) && <p class="notice ok">No dead letters.</p>}
            <ul class="rows">
              {[...queues]
                .sort((a, b) => b.count - a.count)
                .map(({ id, name, count, ofSubscription }) => (
                  <li key={id}>
                    <a class={`row ${count > 0 ? "critical" : "ok"}`} href={linkTo("failures", id)}>
                      <strong>{name}</strong>
                      <span class="faint">
                        {ofSubscription ? "what SNS could not deliver" : "what the consumer could not process"}
                      </span>
                      <span class={count > 0 ? "critical" : "faint"}>{plural(count, "dead letter")}</span>
                    </a>
                  </li>
                ))}
            </ul>
            <Command text="fanfare dlq ls" />
          </>
        )}
      </Shown>
    </>
  );
}

/** What the user wants to do: with one group, or with all messages. */
interface Asked {
  readonly verb: "redrive" | "archive";
  readonly fingerprint?: string | undefined;
}

/** The causes of one dead-letter queue: groups, not messages. */
export function FailuresScreen({ queue }: { readonly queue: string }) {
  const loaded = useLoad(`groups ${queue}`, () => get<FailuresView>(`/api/groups?${new URLSearchParams({ queue })}`));
  const [dialog, setDialog] = useState<Asked | undefined>(undefined);
  return (
    <Shown of={loaded}>
      {(view) => (
        <>
          <div class="title">
            <h1>{view.queue}</h1>
            <span class="faint">
              {countText(view.seen)} seen of about {countText(view.about)}
            </span>
            <button type="button" class="quiet" onClick={loaded.reload}>
              Refresh
            </button>
          </div>
          {view.groups.length === 0 ? (
            <p class="notice ok">No dead letters.</p>
          ) : (
            <div class="actions">
              <button type="button" onClick={() => setDialog({ verb: "redrive" })}>
                Redrive all…
              </button>
              <button type="button" onClick={() => setDialog({ verb: "archive" })}>
                Archive all…
              </button>
            </div>
          )}
          {view.groups.map((group) => (
            <Group
              key={group.fingerprint}
              queue={queue}
              group={group}
              onAsk={(verb) => setDialog({ verb, fingerprint: group.fingerprint })}
            />
          ))}
          <Command text={`fanfare dlq groups ${view.queue}`} />
          {dialog !== undefined && (
            <RedriveDialog {...dialog} queue={queue} queueName={view.queue} onClose={() => setDialog(undefined)} />
          )}
        </>
      )}
    </Shown>
  );
}

function Group({
  queue,
  group,
  onAsk,
}: {
  readonly queue: string;
  readonly group: GroupView;
  readonly onAsk: (verb: Asked["verb"]) => void;
}) {
  const times = [group.firstAt, group.lastAt].filter((at) => at !== undefined).map(timeText);
  return (
    <article class="panel group">
      <div class="title">
        <h2>{group.error}</h2>
        <b class="critical">{countText(group.count)}</b>
      </div>
      <p>{group.message}</p>
      <p class="faint">
        {[group.frame, group.consumer, group.events.join(", ")]
          .filter((part) => part !== undefined && part !== "")
          .join(" · ")}
      </p>
      {group.trend.length > 1 && <Sparkline values={group.trend} label={`Trend: ${group.trend.join(", ")}`} />}
      {times.length > 0 && <p class="faint">{times.join(" to ")}</p>}
      <div class="actions">
        <a class="button" href={linkTo("letters", queue, group.fingerprint)}>
          Show messages
        </a>
        <button type="button" onClick={() => onAsk("redrive")}>
          Redrive…
        </button>
        <button type="button" onClick={() => onAsk("archive")}>
          Archive…
        </button>
      </div>
    </article>
  );
}
