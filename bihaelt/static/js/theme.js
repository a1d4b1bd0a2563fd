// Before the first paint: the colours a person once chose. Nothing is stored until they choose.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.kernTheme = chosen;
} catch {
  // Storage may be forbidden; then the system's colours stay.
}
