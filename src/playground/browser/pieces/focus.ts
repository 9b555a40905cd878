/** Arrow keys, Home and End move the focus among the elements that fit, as in a list that is one stop of the Tab key. */
export function moveFocus(
  event: KeyboardEvent & { readonly currentTarget: HTMLElement },
  selector: string,
): void {
  const { target, currentTarget } = event;
  if (!(target instanceof HTMLElement) || !target.matches(selector)) return;
  const all = [...currentTarget.querySelectorAll<HTMLElement>(selector)];
  const index = all.indexOf(target);
  const steps: Record<string, number> = {
    ArrowUp: index - 1,
    ArrowDown: index + 1,
    Home: 0,
    End: all.length - 1,
  };
  const next = all[steps[event.key] ?? -1];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Whether the person is writing, filling in a command or before a form: then the focus is theirs alone. */
export function isBusy(): boolean {
  const field = document.activeElement;
  if (field?.closest("dialog, .command-form, [role=menu]")) return true;
  return field instanceof HTMLTextAreaElement && field.value !== "";
}
