import { useEffect, useState } from "preact/hooks";
import type { Checked, Issue, LetterDetail, Sent } from "../../wire/index.ts";
import { get, post } from "../api.ts";
import { timeText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { Issues, JsonEditor, parsed } from "../parts/json-editor.tsx";
import { messageOf, Shown, useLoad } from "../parts/load.tsx";
import { Tree } from "../parts/tree.tsx";
import { about, linkTo } from "../state.ts";

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
            {detail.letter.eventId !== undefined && <a href={linkTo("trace", detail.letter.eventId)}>Trace</a>}
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
                <Body queue={queue} detail={detail} />
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

function Body({ queue, detail }: { readonly queue: string; readonly detail: LetterDetail }) {
  const [editing, setEditing] = useState(false);
  const { issues, data } = detail;
  return (
    <>
      {issues !== undefined && issues.length > 0 && (
        <p class="notice warning">
          The data differs from the contract in {issues.length === 1 ? "one place" : `${issues.length} places`}.
        </p>
      )}
      <Tree value={data ?? detail.body} issues={issues ?? []} />
      {data !== undefined && !editing && (
        <button type="button" onClick={() => setEditing(true)}>
          Edit and resend…
        </button>
      )}
      {editing && <Edit queue={queue} detail={detail} />}
    </>
  );
}

function Edit({ queue, detail }: { readonly queue: string; readonly detail: LetterDetail }) {
  const [text, setText] = useState(JSON.stringify(detail.data, undefined, 2));
  const [issues, setIssues] = useState<readonly Issue[] | undefined>(detail.issues);
  const [message, setMessage] = useState<{ readonly text: string; readonly good: boolean } | undefined>(undefined);
  const data = parsed(text);
  const draft = { queue, id: detail.letter.id, data };
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      if (data !== undefined) {
        const checked = await post<Checked>("/api/check/edit", draft).catch(
          (reason: unknown): Checked => ({ issues: [{ path: "", message: messageOf(reason) }] }),
        );
        if (current) {
          setIssues(checked.issues);
        }
      }
    }, 250);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);
  const resend = async () => {
    try {
      const sent = await post<Sent>("/api/resend", draft);
      setMessage({ text: `Sent a copy with the id ${sent.id}. The original stays here.`, good: true });
    } catch (reason) {
      setMessage({ text: messageOf(reason), good: false });
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void resend();
      }}
    >
      <JsonEditor label="Data" text={text} onText={setText} />
      <Issues issues={data === undefined ? undefined : issues} />
      <div class="actions">
        <button
          type="submit"
          class="primary"
          disabled={about.value?.write !== true || data === undefined || issues?.length !== 0}
        >
          Resend a copy
        </button>
        {about.value?.write !== true && <span class="faint">This console only reads: start it with --write.</span>}
      </div>
      {message !== undefined && (
        <p class={`notice ${message.good ? "ok" : "critical"}`} role={message.good ? "status" : "alert"}>
          {message.text}
        </p>
      )}
    </form>
  );
}
