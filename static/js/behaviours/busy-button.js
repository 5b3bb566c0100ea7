// The second press of a button that is already at work does nothing, and the button says what it is doing.

export function bind(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    const label = button.querySelector("span:not(.visually-hidden)");
    if (label && button.dataset.busy) {
      button.dataset.usual = label.textContent;
      label.textContent = button.dataset.busy;
    }
  });
  // Coming back with the browser's Back button shows the page as it was left: wake the button again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sent = false;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
      const label = button.querySelector("span:not(.visually-hidden)");
      if (label && button.dataset.usual) label.textContent = button.dataset.usual;
    }
  });
}
