import { ComponentType } from "discord-api-types/v10";
import type { z } from "zod";
import { flatten } from "../messages/components.ts";
import { isObject } from "../wire.ts";

type Component = Record<string, z.core.util.JSONType>;

/** Components as Discord gives them back: each with an id, with the defaults filled in, without what was empty. */
export function shownComponents(sent: readonly object[]): Component[] {
  const copies: Component[] = JSON.parse(JSON.stringify(sent));
  const taken = new Set(flatten(copies).map(({ id }) => id));
  let next = 1;
  const freshId = () => {
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  };
  for (const component of flatten(copies)) {
    for (const [key, value] of Object.entries(component)) if (value === null) delete component[key];
    component.id ??= freshId();
    fillDefaults(component);
  }
  return copies;
}

function fillDefaults(component: Record<string, unknown>): void {
  switch (component.type) {
    case ComponentType.StringSelect:
    case ComponentType.UserSelect:
    case ComponentType.RoleSelect:
    case ComponentType.MentionableSelect:
    case ComponentType.ChannelSelect:
      component.min_values ??= 1;
      component.max_values ??= 1;
      break;
    case ComponentType.Container:
      component.accent_color ??= null;
      component.spoiler ??= false;
      break;
    case ComponentType.Separator:
      component.divider ??= true;
      component.spacing ??= 1;
      break;
    case ComponentType.Thumbnail:
    case ComponentType.File:
      component.spoiler ??= false;
      fillMedia(component.media ?? component.file);
      break;
    case ComponentType.MediaGallery:
      for (const item of Array.isArray(component.items) ? component.items : []) {
        if (!isObject(item)) continue;
        item.spoiler ??= false;
        fillMedia(item.media);
      }
      break;
    default:
  }
}

function fillMedia(media: unknown): void {
  if (isObject(media)) media.proxy_url ??= media.url;
}
