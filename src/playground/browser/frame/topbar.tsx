import type { JSX } from "preact";
import { SwitchesOn } from "../inspector/switches.tsx";
import { Icon } from "../pieces/icon.tsx";
import { useWorkspaceQuietly } from "../state/workspace-client.ts";
import { Banner } from "./banner.tsx";
import { ThemeSwitch } from "./theme.tsx";

interface TopbarProps {
  readonly menu: boolean;
  readonly onMenu: (open: boolean) => void;
  readonly glass: boolean;
  readonly onGlass: (open: boolean) => void;
}

/** What is above every world: what is emulated, and the ways to the places and behind the glass. */
export function Topbar({ menu, onMenu, glass, onGlass }: TopbarProps): JSX.Element {
  const workspace = useWorkspaceQuietly();
  return (
    <header class="topbar">
      <button
        type="button"
        class="quiet menu-button"
        aria-label="Places"
        aria-expanded={menu}
        onClick={() => onMenu(!menu)}
      >
        <Icon name="menu" />
      </button>
      <b class="brand">Rapport</b>
      <Banner />
      <SwitchesOn />
      <button
        type="button"
        class="quiet"
        aria-label="Personas"
        aria-haspopup="dialog"
        onClick={() => workspace.showGallery(true)}
      >
        <Icon name="people" /> <span class="wide-words">Personas</span>
      </button>
      <ThemeSwitch />
      <button
        type="button"
        class="quiet glass-button"
        aria-label="Behind the glass"
        aria-pressed={glass}
        onClick={() => onGlass(!glass)}
      >
        <Icon name="glass" /> <span class="wide-words">Behind the glass</span>
      </button>
    </header>
  );
}
