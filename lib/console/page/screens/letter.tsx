import { useState } from "preact/hooks";
import type { LetterDetail } from "../../wire/index.ts";
import { get } from "../api.ts";
import { timeText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { Shown, useLoad } from "../parts/load.tsx";
import { Tree } from "../parts/tree.tsx";
import { hasScreen, linkTo } from "../state.ts";
import { WITH_DEAD_LETTERS } from "./trace.tsx";

/** One dead letter. Its body is asked of the server only when it is to be seen. */
export function LetterScreen({ queue, id }: { readonly queue: string; readonly id: string }) {
  const [withBody, setWithBody] = useState(false);
  const query = new URLSearchParams({ queue, id, body: String(withBody) });
  const loaded = useLoad(`letter ${query}`, () => get<LetterDetail>(`/api/letter?${query}`));
  return (
    <Shown of={loaded}>
      {(detail) => (
        <>
          <div class="title">
            <h1>{detail.letter.type ?? "Message"}</h1>
            <a href={linkTo("failures", queue)}>All groups</a>
            {detail.letter.eventId !== undefined && hasScreen("trace") && (
              <a href={linkTo("trace", detail.letter.eventId, WITH_DEAD_LETTERS)}>Trace</a>
            )}
          </div>
          <div class="columns">
            <section>
              <h2>Reason</h2>
              <dl class="settings">
                {detail.reason.map(([label, value]) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
              <h2>Timeline</h2>
              <ol class="timeline">
                {detail.timeline.map(({ at, what }) => (
                  <li key={`${at} ${what}`}>
                    <time dateTime={new Date(at).toISOString()}>{timeText(at)}</time> {what}
                  </li>
                ))}
              </ol>
              <h2>Attributes</h2>
              <dl class="settings">
                {detail.attributes.map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </section>
            <section>
              <h2>Body</h2>
              {withBody ? (
                <Body detail={detail} />
              ) : (
                <>
                  <p>The body is hidden: it may hold personal data.</p>
                  <button type="button" onClick={() => setWithBody(true)}>
                    Show the body
                  </button>
                </>
              )}
            </section>
          </div>
          <Command text={detail.command} />
        </>
      )}
    </Shown>
  );
}

function Body({ detail: { issues, data, body } }: { readonly detail: LetterDetail }) {
  return (
    <>
      {issues !== undefined && (
        <p class={`notice ${issues.length === 0 ? "ok" : "warning"}`}>
          {issues.length === 0
            ? "The contract accepts this data."
            : `The data differs from the contract in ${issues.length === 1 ? "one place" : `${issues.length} places`}.`}
        </p>
      )}
      <Tree value={data ?? body} issues={issues ?? []} />
    </>
  );
}
