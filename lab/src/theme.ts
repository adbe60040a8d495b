/** Dark or light: by the system, or as chosen; figures follow. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { DARK_THEME, LIGHT_THEME, type Theme } from "../../src/figures/basics/index.ts";

/** What a person can choose. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "isinglass-lab-theme";
const systemIsDark: Signal<boolean> = signal(false);

/** The choice, kept in this browser. */
export const themeChoice: Signal<ThemeChoice> = signal("system");

/** What is shown. */
export const theme: ReadonlySignal<"light" | "dark"> = computed(() =>
  themeChoice.value === "system" ? (systemIsDark.value ? "dark" : "light") : themeChoice.value,
);

/** Colours for figures on the page. */
export const figureTheme: ReadonlySignal<Theme> = computed(() =>
  theme.value === "dark" ? DARK_THEME : LIGHT_THEME,
);

/** Follows the system, remembers the choice, and marks the document. */
export function startTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  systemIsDark.value = system.matches;
  system.addEventListener("change", () => {
    systemIsDark.value = system.matches;
  });
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") themeChoice.value = kept;
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    try {
      if (themeChoice.value === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, themeChoice.value);
    } catch {
      // as above
    }
  });
}

/** Whether the person asked for less motion; animations then wait for a key or a button. */
export function prefersReducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
