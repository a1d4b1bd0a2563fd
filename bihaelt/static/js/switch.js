// [data-theme-switch]: a toggle for dark colours. Hidden without JavaScript, because it could do nothing.
export function switchTheme() {
  const button = document.querySelector("[data-theme-switch]");
  if (!button) return;
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.kernTheme ?? (system.matches ? "dark" : "light")) === "dark";
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.kernTheme = isDark() ? "light" : "dark";
    show();
    try {
      localStorage.setItem("theme", root.dataset.kernTheme);
    } catch {
      // Storage may be forbidden; the choice then lasts for this page.
    }
  });
  system.addEventListener("change", show);
  show();
  button.hidden = false;
}
