import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../pieces/icon.tsx";

const KEY = "theme";

/** Light or dark as the system has it, until somebody chooses; remembered for this browser. */
export function applyTheme(): void {
  const chosen = localStorage.getItem(KEY);
  if (chosen) document.documentElement.dataset.theme = chosen;
}

export function ThemeSwitch(): JSX.Element {
  const [isDark, setDark] = useState(isDarkNow);
  const change = () => {
    localStorage.setItem(KEY, isDark ? "light" : "dark");
    applyTheme();
    setDark(!isDark);
  };
  const label = isDark ? "Light colours" : "Dark colours";
  return (
    <button type="button" class="quiet" aria-label={label} title={label} onClick={change}>
      <Icon name={isDark ? "sun" : "moon"} />
    </button>
  );
}

function isDarkNow(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
}
