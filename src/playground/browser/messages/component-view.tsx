import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Button, Component } from "../../protocol/discord-components.ts";
import type { Message } from "../../protocol/protocol.ts";
import { Markdown, type Names } from "../pieces/markdown.tsx";
import { OutsideLink } from "../pieces/outside-link.tsx";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { edge } from "./embed-view.tsx";
import { SelectView } from "./select-view.tsx";

interface ViewProps<Of = Component> {
  readonly component: Of;
  readonly message: Message;
  readonly names: Names;
}

/** What a message is made of besides its text: buttons, selects, and the parts of the newer layouts. */
export function ComponentView({ component, message, names }: ViewProps): JSX.Element | null {
  const drawAll = (children: readonly Component[]) =>
    children.map((child, index) => (
      <ComponentView key={index} component={child} message={message} names={names} />
    ));
  switch (component.type) {
    case "row":
      return <div class="row">{drawAll(component.children)}</div>;
    case "container":
      return (
        <section class="card" style={edge(component.accent)}>
          {drawAll(component.children)}
        </section>
      );
    case "section":
      return (
        <div class="section">
          <div>{drawAll(component.children)}</div>
          {drawAll([component.accessory])}
        </div>
      );
    case "text":
      return <Markdown text={component.content} names={names} />;
    case "separator":
      return component.divider ? <hr /> : <br />;
    case "gallery":
      return (
        <div class="gallery">
          {component.items.map(({ url, description }) => (
            <img key={url} src={url} alt={description} />
          ))}
        </div>
      );
    case "button":
      return <ButtonView component={component} message={message} />;
    case "select":
      return <MessageSelect component={component} message={message} names={names} />;
    default:
      return <p class="unknown">The sandbox cannot draw this part of the message.</p>;
  }
}

function ButtonView({ component, message }: Omit<ViewProps<Button>, "names">): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const [busy, setBusy] = useState(false);
  const { style, label, emoji, customId, url, disabled } = component;
  const face = (
    <>
      {emoji && <span aria-hidden={label !== ""}>{emoji}</span>} {label}
    </>
  );
  if (url)
    return (
      <OutsideLink class="button link" href={url}>
        {face} ↗
      </OutsideLink>
    );
  const press = async () => {
    setBusy(true);
    await workspace.interact(message.placeId, () =>
      workspace.wire.act("click", { messageId: message.id, customId: customId ?? "" }),
    );
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={`button ${style}`}
      disabled={disabled || busy}
      aria-busy={busy}
      onClick={() => void press()}
    >
      {face}
    </button>
  );
}

function MessageSelect({
  component,
  message,
}: ViewProps<Extract<Component, { type: "select" }>>): JSX.Element {
  const workspace = useWorkspaceQuietly();
  const [busy, setBusy] = useState(false);
  const choose = async (values: readonly string[]) => {
    setBusy(true);
    await workspace.interact(message.placeId, () =>
      workspace.wire.act("choose", {
        messageId: message.id,
        customId: component.customId,
        values: [...values],
      }),
    );
    setBusy(false);
  };
  return (
    <SelectView
      select={component}
      label={component.placeholder}
      disabled={busy}
      onChoose={(values) => void choose(values)}
    />
  );
}
