// Light, dark, or as the system has it; kept in this browser.

function show(group, chosen) {
  for (const button of group.querySelectorAll("[data-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.theme === chosen));
  }
}

function choose(theme) {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = theme;
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Storage may be shut off; the choice then lasts as long as the page.
  }
}

export function bind(group) {
  show(group, document.documentElement.dataset.bsTheme ?? "system");
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme]");
    if (!button) return;
    choose(button.dataset.theme);
    show(group, button.dataset.theme);
  });
  group.hidden = false;
}
