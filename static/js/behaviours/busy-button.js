// The second press of a button that is already at work does nothing, and the button says what it is doing.

const PATIENCE_MS = 10_000; // after that the request has been stopped or lost, and pressing again is right

function wordsOf(button) {
  return button.querySelector("span:not(.visually-hidden)") ?? button;
}

export function bind(form) {
  let pressed = null;

  function wake() {
    if (!pressed) return;
    pressed.button?.removeAttribute("aria-busy");
    if (pressed.words) wordsOf(pressed.button).textContent = pressed.words;
    pressed = null;
  }

  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    if (pressed) {
      event.preventDefault();
      return;
    }
    const button = event.submitter;
    pressed = { button };
    setTimeout(wake, PATIENCE_MS);
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    if (!button.dataset.busy) return;
    pressed.words = wordsOf(button).textContent;
    wordsOf(button).textContent = button.dataset.busy;
  });
  // The browser's Back button may show the page as it was left.
  window.addEventListener("pageshow", (event) => event.persisted && wake());
}
