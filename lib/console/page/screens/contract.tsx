import type { ContractView, EventView } from "../../wire/index.ts";
import { get } from "../api.ts";
import { durationText } from "../format.ts";
import { Command } from "../parts/command.tsx";
import { Shown, useLoad } from "../parts/load.tsx";
import { Tree } from "../parts/tree.tsx";
import { linkTo } from "../state.ts";

/** What may be published, as the deployed consumers know it. */
export function ContractScreen() {
  const loaded = useLoad("contracts", () => get<readonly ContractView[]>("/api/contracts"));
  return (
    <>
      <div class="title">
        <h1>Contract</h1>
      </div>
      <Shown of={loaded}>
        {(contracts) =>
          contracts.length === 0 ? (
            <p>No contract is known: no deployed consumer was made by consume() of this version.</p>
          ) : (
            contracts.map((contract) => (
              <section key={contract.name}>
                <h2>{contract.name}</h2>
                <p class="faint">Carried by {contract.targets.join(", ")}</p>
                {contract.events.map((event) => (
                  <Event key={event.type} event={event} contract={contract} />
                ))}
              </section>
            ))
          )
        }
      </Shown>
    </>
  );
}

function Event({ event, contract }: { readonly event: EventView; readonly contract: ContractView }) {
  const [target = ""] = contract.targets;
  const facts = [
    `version ${event.version}`,
    event.attributes.length === 0 ? "no routing attributes" : `routed by ${event.attributes.join(", ")}`,
    event.hasGroup ? "in order within its group" : "without a group",
    ...(event.expiresAfterSeconds === undefined ? [] : [`expires after ${durationText(event.expiresAfterSeconds)}`]),
  ];
  return (
    <article class="panel">
      <div class="title">
        <h3>{event.name}</h3>
        <a href={linkTo("send", target, event.name)}>Send one</a>
      </div>
      <p class="faint">
        {event.type} · {facts.join(" · ")}
      </p>
      {event.schema === undefined ? (
        <p>The schema library does not describe itself as JSON Schema.</p>
      ) : (
        <Tree value={event.schema} name="schema" />
      )}
      <Command text={`fanfare send ${target} ${event.name} --dry-run`} />
    </article>
  );
}
