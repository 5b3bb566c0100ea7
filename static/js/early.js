// Runs before anything is painted, so that a chosen colour scheme does not flash. Without a choice the system decides.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage may be shut off; then every page follows the system.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.bsTheme = chosen;
  document.documentElement.classList.add("has-js");
})();
