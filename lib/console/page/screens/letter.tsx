import { useState } from "preact/hooks";
import type { LetterDetail, Resent } from "../../wire/index.ts";
import { get } from "../api.ts";
import { timeText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { Correction, SentCorrection } from "../parts/correction.tsx";
import { Shown, useLoad } from "../parts/load.tsx";
import { Tree } from "../parts/tree.tsx";
import { hasScreen, linkTo } from "../state.ts";
import { WITH_DEAD_LETTERS } from "./trace.tsx";

/** One dead letter. Its body is asked of the server only when it is to be seen. */
export function LetterScreen({ queue, id }: { readonly queue: string; readonly id: string }) {
  const [withBody, setWithBody] = useState(false);
  const [resent, setResent] = useState<Resent | undefined>(undefined);
  const query = new URLSearchParams({ queue, id, body: String(withBody) });
  const loaded = useLoad(`letter ${query}`, () => get<LetterDetail>(`/api/letter?${query}`));
  if (resent !== undefined) {
    return (
      <>
        <div class="title">
          <h1>Corrected</h1>
          <a href={linkTo("failures", queue)}>All groups</a>
        </div>
        <SentCorrection of={resent} />
      </>
    );
  }
  return (
    <Shown of={loaded}>
      {(detail) => (
        <>
          <div class="title">
            <h1>{detail.letter.type ?? "Message"}</h1>
            <a href={linkTo("failures", queue)}>All groups</a>
            {hasScreen("trace") && <a href={linkTo("trace", detail.traceId, WITH_DEAD_LETTERS)}>Trace</a>}
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
              <Differences detail={detail} />
              {withBody ? (
                <Body queue={queue} detail={detail} onSent={setResent} />
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

/** Whether the contract would take the event: known without a look at its data. */
function Differences({ detail: { differences } }: { readonly detail: LetterDetail }) {
  return differences === undefined ? null : (
    <p class={`notice ${differences === 0 ? "ok" : "warning"}`}>
      {differences === 0
        ? "The contract accepts this data."
        : `The data differs from the contract in ${differences === 1 ? "one place" : `${differences} places`}.`}
    </p>
  );
}

interface BodyProps {
  readonly queue: string;
  readonly detail: LetterDetail;
  readonly onSent: (resent: Resent) => void;
}

function Body({ queue, detail, onSent }: BodyProps) {
  const { issues, data, body, letter } = detail;
  const [edits, setEdits] = useState(false);
  // Only an event has data that could be corrected; another body would be another message.
  const isEvent = data !== undefined && letter.eventId !== undefined;
  return (
    <>
      {edits ? (
        <Correction queue={queue} detail={detail} onSent={onSent} />
      ) : (
        <Tree value={data ?? body} issues={issues} />
      )}
      {isEvent && (
        <div class="actions">
          <button type="button" onClick={() => setEdits(!edits)}>
            {edits ? "Show it as it is" : "Correct it…"}
          </button>
        </div>
      )}
    </>
  );
}
