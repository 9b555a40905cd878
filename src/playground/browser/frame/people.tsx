import type { JSX } from "preact";
import { Avatar } from "../pieces/avatar.tsx";
import { useWorkspace } from "../state/workspace-client.ts";
import { personHref } from "./route.ts";

/** Who one is, the same in every world. Being somebody else is another window's address: two windows are two people. */
export function People(): JSX.Element {
  const { viewer, people } = useWorkspace().state.overview;
  return (
    <section class="people" aria-label="Who you are">
      <p>
        You are <b>{viewer.name}</b>
      </p>
      <ul>
        {people.map(({ id, name }) => (
          <li key={id}>
            <a
              href={personHref(name)}
              aria-current={id === viewer.id ? "true" : undefined}
              aria-label={id === viewer.id ? `You are ${name}` : `Be ${name}`}
              title={id === viewer.id ? `You are ${name}` : `Be ${name}; with Ctrl or ⌘ in another window`}
              onClick={(event) => {
                // The place stays open for the other person, if they can see it.
                event.currentTarget.search = personHref(name);
                event.currentTarget.hash = location.hash;
              }}
            >
              <Avatar name={name} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
